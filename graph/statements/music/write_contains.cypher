// CONTAINS between existing playlists and tracks.
UNWIND $rows AS row
MATCH (p:Playlist {id: row.playlist})
MATCH (t:Track {id: row.track})
MERGE (p)-[r:CONTAINS]->(t)
  ON CREATE SET r.position = row.position
RETURN count(*) AS found
