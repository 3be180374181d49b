// The content of the lease node, and the server's time.
MATCH (l:Lease {name: $name})
RETURN properties(l) AS lease, timestamp() AS now
