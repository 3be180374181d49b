// Track nodes as they were moved out of a store; their times apart, for many share them.
UNWIND $rows AS row
MERGE (n:Track {id: row.key})
SET n += row.properties, n += $times[row.times]
