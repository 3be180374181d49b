// Remove the mark: the copy is complete.
MATCH (s:Schema {name: $name})
SET s.copy_of = null, s.copy_from = null
