// The keys of all Artist nodes.
MATCH (n:Artist)
RETURN n.id AS key
