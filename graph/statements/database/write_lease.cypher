// The lease node. A store has it even before it has a crawl.
MERGE (l:Lease {name: $name})
  ON CREATE SET l.token = 0
