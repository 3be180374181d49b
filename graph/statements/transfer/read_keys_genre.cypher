// The keys of all Genre nodes.
MATCH (n:Genre)
RETURN n.name AS key
