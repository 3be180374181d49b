// All IN_CLASS with all they hold.
MATCH (a:Genre)-[r:IN_CLASS]->(b:Class)
RETURN
  labels(a)[0] AS start_label,
  a.name AS start,
  labels(b)[0] AS end_label,
  b.id AS end,
  properties(r) AS properties
