// All RELATED_TO with all they hold.
MATCH (a:Artist)-[r:RELATED_TO]->(b:Artist)
RETURN
  labels(a)[0] AS start_label,
  a.id AS start,
  labels(b)[0] AS end_label,
  b.id AS end,
  properties(r) AS properties
