// Crawl nodes as they were moved out of a store; their times apart, for many share them.
UNWIND $rows AS row
MERGE (n:Crawl {name: row.key})
SET n += row.properties, n += $times[row.times]
