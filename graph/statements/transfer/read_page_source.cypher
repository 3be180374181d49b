// Some Source nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Source {name: key})
RETURN key, properties(n) AS properties
