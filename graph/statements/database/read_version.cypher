// The version node, which marks the database as a store.
MATCH (s:Schema {name: $name})
RETURN s.version AS version, s.program AS program, s.made_at AS made_at
