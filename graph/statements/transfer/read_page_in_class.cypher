// The IN_CLASS of some Genre nodes with all they hold.
UNWIND $keys AS key
MATCH (a:Genre {name: key})-[r:IN_CLASS]->(b:Class)
RETURN key, b.id AS end, properties(r) AS properties
