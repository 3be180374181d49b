// Whether the database contains any node.
MATCH (n)
RETURN 1 AS one
LIMIT 1
