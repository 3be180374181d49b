// The RELATED_TO of some Artist nodes with all they hold.
UNWIND $keys AS key
MATCH (a:Artist {id: key})-[r:RELATED_TO]->(b:Artist)
RETURN key, b.id AS end, properties(r) AS properties
