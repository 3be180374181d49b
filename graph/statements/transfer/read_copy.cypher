// The unfinished copy in this database: the id and the address of its source.
MATCH (s:Schema {name: $name})
WHERE s.copy_of IS NOT NULL
RETURN s.copy_of AS of, s.copy_from AS where
