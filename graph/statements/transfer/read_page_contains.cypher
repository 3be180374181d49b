// The CONTAINS of some Playlist nodes with all they hold.
UNWIND $keys AS key
MATCH (a:Playlist {id: key})-[r:CONTAINS]->(b:Track)
RETURN key, b.id AS end, properties(r) AS properties
