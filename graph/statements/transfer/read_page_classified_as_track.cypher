// The CLASSIFIED_AS of some Track nodes with all they hold.
UNWIND $keys AS key
MATCH (a:Track {id: key})-[r:CLASSIFIED_AS]->(b:Class)
RETURN key, b.id AS end, properties(r) AS properties
