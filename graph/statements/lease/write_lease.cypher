// The content of the lease node. The transaction must have locked it before.
MATCH (l:Lease {name: $name})
SET l += $properties
