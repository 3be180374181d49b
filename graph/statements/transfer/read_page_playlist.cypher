// Some Playlist nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Playlist {id: key})
RETURN key, properties(n) AS properties
