// All RELATED_TO, as one row per artist with its relatives and their ranks.
MATCH (a:Artist)-[r:RELATED_TO]->(b:Artist)
WITH a, collect(b.id) AS ends, collect(r.rank) AS ranks
RETURN a.id AS start, ends, ranks
