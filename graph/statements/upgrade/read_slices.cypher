// Some parts of a round, as schema 2 names them.
MATCH (s:Slice)
RETURN
  s.id AS id,
  s {.round, .position, .kind, .artists, .subject, .state} AS properties
LIMIT 1000
