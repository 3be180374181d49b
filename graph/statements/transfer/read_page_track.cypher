// Some Track nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Track {id: key})
RETURN key, properties(n) AS properties
