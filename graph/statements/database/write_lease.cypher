// The lease of the store's crawl, which is there before the crawl is.
MERGE (l:Lease {name: $name})
  ON CREATE SET l.token = 0
