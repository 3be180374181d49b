// What the lease says, and the time.
MATCH (l:Lease {name: $name})
RETURN properties(l) AS lease, timestamp() AS now
