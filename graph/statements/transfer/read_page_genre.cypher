// Some Genre nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Genre {name: key})
RETURN key, properties(n) AS properties
