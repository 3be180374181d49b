// The PERFORMS of some Artist nodes with all they hold.
UNWIND $keys AS key
MATCH (a:Artist {id: key})-[r:PERFORMS]->(b:Track)
RETURN key, b.id AS end, properties(r) AS properties
