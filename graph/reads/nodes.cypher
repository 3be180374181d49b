// All nodes with all they hold.
MATCH (n)
RETURN labels(n) AS labels, properties(n) AS properties
