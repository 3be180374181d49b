// All CLASSIFIED_AS with all they hold.
MATCH (b:Class)<-[r:CLASSIFIED_AS]-(a)
RETURN
  labels(a)[0] AS start_label,
  a.id AS start,
  labels(b)[0] AS end_label,
  b.id AS end,
  properties(r) AS properties
