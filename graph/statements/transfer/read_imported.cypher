// Whether a bulk import, which makes no constraints, made this database.
MATCH (s:Schema {name: $name})
WHERE s.imported
RETURN true AS imported
