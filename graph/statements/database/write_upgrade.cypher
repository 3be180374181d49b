// The database has the schema of this program now.
MATCH (s:Schema {name: $name})
SET s.version = $version, s.program = $program
