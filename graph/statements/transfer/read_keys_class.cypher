// The keys of all Class nodes.
MATCH (n:Class)
RETURN n.id AS key
