// The CLASSIFIED_AS of some Artist nodes with all they hold.
UNWIND $keys AS key
MATCH (a:Artist {id: key})-[r:CLASSIFIED_AS]->(b:Class)
RETURN key, b.id AS end, properties(r) AS properties
