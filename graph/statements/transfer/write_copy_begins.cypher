// A copy begins: until it has ended, other commands keep away. Locked first, then looked at.
MATCH (s:Schema {name: $name})
SET s.lock = true
WITH s
OPTIONAL MATCH (n)
WHERE NOT n:Schema AND NOT n:Lease
WITH s, n
LIMIT 1
WITH s
WHERE n IS NULL
SET
  s.lock = null,
  s.copy_of = $of,
  s.copy_from = $where,
  s.copy_revision = $revision,
  s.copy_part = null,
  s.copy_after = null,
  s.copied = 0
RETURN count(*) AS begun
