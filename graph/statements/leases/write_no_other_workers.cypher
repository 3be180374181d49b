// Nobody but this worker can be at work; what others hold is free.
MATCH (w:Worker)
WHERE w.name <> $name
DELETE w
