// The keys of all Playlist nodes.
MATCH (n:Playlist)
RETURN n.id AS key
