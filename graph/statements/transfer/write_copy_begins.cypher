// Mark an empty store as the target of a copy. Locks it before the check.
MATCH (s:Schema {name: $name})
SET s.lock = true
WITH s
OPTIONAL MATCH (n)
WHERE NOT labels(n)[0] IN $kept
WITH s, n
LIMIT 1
WITH s
WHERE n IS NULL
SET s.lock = null, s.copy_of = $of, s.copy_from = $where
RETURN count(*) AS begun
