// Work items as they were copied out of a store.
UNWIND $rows AS row
MERGE (n:WorkItem {id: row.key})
SET n += row.properties, n += $times[row.times]
