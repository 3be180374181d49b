// Some Artist nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Artist {id: key})
RETURN key, properties(n) AS properties
