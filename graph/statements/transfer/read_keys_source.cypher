// The keys of all Source nodes.
MATCH (n:Source)
RETURN n.name AS key
