// What the lease says; it is locked by who writes this.
MATCH (l:Lease {name: $name})
SET l += $properties
