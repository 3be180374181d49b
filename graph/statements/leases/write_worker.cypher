// A worker is at work, by the server's clock.
MERGE (w:Worker {name: $name})
  ON CREATE SET w.joined = timestamp()
SET w.seen = timestamp(), w.alive_until = timestamp() + $milliseconds
