// Some slices of a round of schema 2.
MATCH (s:Slice)
RETURN
  s.id AS id,
  s {.round, .position, .kind, .artists, .subject, .state} AS properties
LIMIT 1000
