// The unfinished copy in this database: which store it copies, and that one's address.
MATCH (s:Schema {name: $name})
WHERE s.copy_of IS NOT NULL
RETURN s.copy_of AS of, s.copy_from AS where
