// All HAS_GENRE with all they hold.
MATCH (a:Artist)-[r:HAS_GENRE]->(b:Genre)
RETURN
  labels(a)[0] AS start_label,
  a.id AS start,
  labels(b)[0] AS end_label,
  b.name AS end,
  properties(r) AS properties
