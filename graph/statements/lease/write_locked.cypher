// Lock the lease node until the transaction ends, then return it and the server's time.
MERGE (l:Lease {name: $name})
SET l.lock = true
WITH l
SET l.lock = null
RETURN properties(l) AS lease, timestamp() AS now
