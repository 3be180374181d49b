// Each artist's relatives, side by side where one source named them at one time: a time is
// then read once for a whole list.
MATCH (a:Artist)-[r:RELATED_TO]->(b:Artist)
WITH
  a.id AS start,
  r.source AS source,
  r.first_seen_at AS first_seen_at,
  r.last_seen_at AS last_seen_at,
  collect([b.id, r.rank, r.score]) AS relatives
RETURN start, source, first_seen_at, last_seen_at, relatives
