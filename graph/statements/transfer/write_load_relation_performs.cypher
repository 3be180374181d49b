// PERFORMS as they were moved out of a store, between nodes that are there.
UNWIND $rows AS row
MATCH (a:Artist {id: row.start})
MATCH (b:Track {id: row.end})
MERGE (a)-[r:PERFORMS]->(b)
SET r += row.properties, r += $times[row.times]
RETURN count(*) AS found
