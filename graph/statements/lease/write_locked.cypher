// The lease, locked until the transaction ends, and the time: lock first, then look.
MERGE (l:Lease {name: $name})
SET l.lock = true
WITH l
SET l.lock = null
RETURN properties(l) AS lease, timestamp() AS now
