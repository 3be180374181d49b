// All RELATED_TO.
MATCH (a:Artist)-[r:RELATED_TO]->(b:Artist)
RETURN a.id AS start, b.id AS end, r.rank AS rank
