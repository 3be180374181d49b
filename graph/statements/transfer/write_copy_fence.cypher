// Whether the copy is still unfinished. Locked first, then checked, so that no other run
// ends it before this transaction does.
MATCH (s:Schema {name: $name})
SET s.lock = true
WITH s
WHERE s.copy_of = $of
SET s.lock = null
RETURN count(*) AS unfinished
