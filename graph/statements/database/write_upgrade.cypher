// Write the schema version of this program into the version node.
MATCH (s:Schema {name: $name})
SET s.version = $version, s.program = $program
