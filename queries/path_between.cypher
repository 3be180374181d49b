// How are two artists related, over how few others?
//
// One of the shortest ways along RELATED_TO in either direction, at most 15 steps long.
// No row: there is none, or it is the same artist twice.
//
// Parameters:
//   $start: str    Id of the artist to begin with, such as deezer:27.
//   $end: str      Id of the artist to end with.
// Columns:
//   step, artist, name
MATCH (a:Artist {id: $start})
MATCH (b:Artist {id: $end})
WHERE a <> b
MATCH p = SHORTESTPATH ((a)-[:RELATED_TO*..15]-(b))
WITH nodes(p) AS artists
UNWIND range(0, size(artists) - 1) AS step
WITH step, artists[step] AS artist
RETURN step, artist.id AS artist, artist.name AS name
ORDER BY step
