// Who is at work, and how many open slices each holds.
MATCH (w:Worker)
OPTIONAL MATCH (s:Slice {owner: w.name, state: 'open'})
RETURN
  w.name AS name,
  w.joined AS joined,
  w.seen AS seen,
  w.alive_until >= timestamp() AS alive,
  count(s) AS slices
ORDER BY name
