// Some Class nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Class {id: key})
RETURN key, properties(n) AS properties
