// The keys of all Track nodes.
MATCH (n:Track)
RETURN n.id AS key
