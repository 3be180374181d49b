// Some of what an unfinished copy has written, forgotten.
MATCH (n)
WHERE NOT n:Schema AND NOT n:Lease
WITH n
LIMIT 2000
DETACH DELETE n
RETURN count(*) AS gone
