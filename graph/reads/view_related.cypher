// Each artist's relatives side by side, in the order of view.py's `_EDGE`.
MATCH (a:Artist)-[r:RELATED_TO]->(b:Artist)
RETURN
  a.id AS start,
  collect([b.id, r.source, r.rank, r.score, r.first_seen_at, r.last_seen_at]) AS relatives
