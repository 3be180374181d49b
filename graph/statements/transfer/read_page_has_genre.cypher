// The HAS_GENRE of some Artist nodes with all they hold.
UNWIND $keys AS key
MATCH (a:Artist {id: key})-[r:HAS_GENRE]->(b:Genre)
RETURN key, b.name AS end, properties(r) AS properties
