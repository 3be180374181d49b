// Some Selection nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Selection {recipe: key})
RETURN key, properties(n) AS properties
