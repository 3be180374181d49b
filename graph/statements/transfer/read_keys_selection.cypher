// The keys of all Selection nodes.
MATCH (n:Selection)
RETURN n.recipe AS key
