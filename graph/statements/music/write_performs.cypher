// PERFORMS between existing artists and tracks.
UNWIND $rows AS row
MATCH (a:Artist {id: row.artist})
MATCH (t:Track {id: row.track})
MERGE (a)-[r:PERFORMS]->(t)
  ON CREATE SET r.position = row.position
RETURN count(*) AS found
