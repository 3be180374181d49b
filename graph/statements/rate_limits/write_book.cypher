// A service's book of turns, locked until the transaction ends: lock first, then look.
MERGE (t:Turns {name: $name})
SET t.lock = true
WITH t
SET t.lock = null
RETURN
  coalesce(t.ends, []) AS ends,
  coalesce(t.last, 0) AS last,
  coalesce(t.slot, 0.0) AS slot,
  coalesce(t.rest_until, 0) AS rest_until,
  timestamp() AS now
