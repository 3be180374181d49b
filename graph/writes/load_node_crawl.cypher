// Crawl nodes as they were moved out of a store.
UNWIND $rows AS row
MERGE (n:Crawl {name: row.key})
SET n += row.properties
