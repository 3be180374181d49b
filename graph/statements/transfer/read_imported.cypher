// Whether a bulk import made this database, which makes no constraints.
MATCH (s:Schema {name: $name})
WHERE s.imported
RETURN true AS imported
