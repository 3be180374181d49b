// Playlist nodes as they were moved out of a store.
UNWIND $rows AS row
MERGE (n:Playlist {id: row.key})
SET n += row.properties
