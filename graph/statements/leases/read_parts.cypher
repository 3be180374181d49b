// Where the slices of the open round, and of the one closed last, stand.
MATCH (s:Slice)
OPTIONAL MATCH (w:Worker {name: s.owner})
RETURN
  s.id AS id,
  s.round AS round,
  s.position AS position,
  s.kind AS kind,
  s.state AS state,
  s.owner AS owner,
  s.owner IS NULL OR
  s.owner = $name OR
  w.alive_until IS NULL OR
  w.alive_until < timestamp() AS free
ORDER BY round, position
