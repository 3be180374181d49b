// The relatives of each artist, grouped by source and time, so that the driver reads each
// time once per group.
MATCH (a:Artist)-[r:RELATED_TO]->(b:Artist)
WITH
  a.id AS start,
  r.source AS source,
  r.first_seen_at AS first_seen_at,
  r.last_seen_at AS last_seen_at,
  collect([b.id, r.rank, r.score]) AS relatives
RETURN start, source, first_seen_at, last_seen_at, relatives
