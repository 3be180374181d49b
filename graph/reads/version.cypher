// Whose database this is.
MATCH (s:Schema {name: $name})
RETURN s.version AS version, s.engine AS engine, s.program AS program
