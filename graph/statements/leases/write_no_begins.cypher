// The next one may begin, or go on.
MATCH (v:Schema {name: $schema})
WHERE v.beginner = $name
SET v.beginner = null
