// Delete some of the nodes that an unfinished copy has written.
MATCH (n)
WHERE NOT labels(n)[0] IN $kept
WITH n
LIMIT 2000
DETACH DELETE n
RETURN count(*) AS removed
