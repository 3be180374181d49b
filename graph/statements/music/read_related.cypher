// All RELATED_TO: each artist's relatives with their ranks, side by side.
MATCH (a:Artist)-[r:RELATED_TO]->(b:Artist)
WITH a, collect(b.id) AS ends, collect(r.rank) AS ranks
RETURN a.id AS start, ends, ranks
