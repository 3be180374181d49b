// IN_CLASS as they were moved out of a store, between nodes that are there.
UNWIND $rows AS row
MATCH (a:Genre {name: row.start})
MATCH (b:Class {id: row.end})
MERGE (a)-[r:IN_CLASS]->(b)
SET r += row.properties, r += $times[row.times]
RETURN count(*) AS found
