// Forget the workers who have not been seen for longer than their lease.
MATCH (w:Worker)
WHERE w.alive_until < timestamp()
DELETE w
