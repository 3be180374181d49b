// How far the copy is, in the transaction that writes so far: locked first, then looked at.
MATCH (s:Schema {name: $name})
SET s.lock = true
WITH s
WHERE s.copy_of = $of AND s.copy_revision = $revision
SET
  s.lock = null,
  s.copy_part = $part,
  s.copy_after = $after,
  s.copied = $copied
RETURN count(*) AS open
