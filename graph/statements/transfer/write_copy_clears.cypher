// Some of what an unfinished copy has written is removed.
MATCH (n)
WHERE NOT labels(n)[0] IN $kept
WITH n
LIMIT 2000
DETACH DELETE n
RETURN count(*) AS removed
