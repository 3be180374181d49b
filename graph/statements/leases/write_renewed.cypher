// A worker is still at work. Tells whether the store knows it.
MATCH (w:Worker {name: $name})
SET w.seen = timestamp(), w.alive_until = timestamp() + $milliseconds
RETURN count(*) AS found
