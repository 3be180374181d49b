// Record that the constraints and the lease of a bulk import now exist.
MATCH (s:Schema {name: $name})
SET s.imported = null
