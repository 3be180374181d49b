// The version node; only the first write sets its properties.
MERGE (s:Schema {name: $name})
  ON CREATE SET
    s.version = $version,
    s.engine = $engine,
    s.program = $program,
    s.made_at = $at
RETURN s.version AS version
