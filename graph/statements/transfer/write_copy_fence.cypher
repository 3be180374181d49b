// Whether the copy is still unfinished. Locks the node before the check, so that another run
// cannot end the copy before this transaction ends.
MATCH (s:Schema {name: $name})
SET s.lock = true
WITH s
WHERE s.copy_of = $of
SET s.lock = null
RETURN count(*) AS unfinished
