// HAS_GENRE as they were moved out of a store, between nodes that are there.
UNWIND $rows AS row
MATCH (a:Artist {id: row.start})
MATCH (b:Genre {name: row.end})
MERGE (a)-[r:HAS_GENRE {source: row.source}]->(b)
SET r += row.properties, r += $times[row.times]
RETURN count(*) AS found
