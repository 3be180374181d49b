// CLASSIFIED_AS as they were moved out of a store, between nodes that are there.
UNWIND $rows AS row
MATCH (a:Track {id: row.start})
MATCH (b:Class {id: row.end})
MERGE (a)-[r:CLASSIFIED_AS]->(b)
SET r += row.properties, r += $times[row.times]
RETURN count(*) AS found
