// What a bulk import lacked is made.
MATCH (s:Schema {name: $name})
SET s.imported = null
