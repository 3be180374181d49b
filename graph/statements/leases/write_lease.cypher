// Take the slices that are still free: lock first, then look.
UNWIND $ids AS id
MATCH (s:Slice {id: id})
SET s.lock = true
WITH s
OPTIONAL MATCH (w:Worker {name: s.owner})
WITH
  s,
  s.owner IS NULL OR
  s.owner = $name OR
  w.alive_until IS NULL OR
  w.alive_until < timestamp() AS free
SET s.lock = null
WITH s, free
WHERE free AND s.state = 'open'
SET s.owner = $name, s.token = coalesce(s.token, 0) + 1
RETURN properties(s) AS slice
