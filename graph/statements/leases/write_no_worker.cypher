// A worker has gone; what it holds is free.
MATCH (w:Worker {name: $name})
DELETE w
