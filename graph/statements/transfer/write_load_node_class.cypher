// Class nodes as they were moved out of a store; their times apart, for many share them.
UNWIND $rows AS row
MERGE (n:Class {id: row.key})
SET n += row.properties, n += $times[row.times]
