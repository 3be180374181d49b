// Whose database this is; the first to write it says what it was made with.
MERGE (s:Schema {name: $name})
  ON CREATE SET
    s.version = $version,
    s.engine = $engine,
    s.program = $program,
    s.made_at = $at
RETURN s.version AS version
