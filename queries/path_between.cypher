// What is a shortest path between two artists?
//
// One of the shortest paths along RELATED_TO in either direction, at most 15 steps long.
// There are no rows if there is no path, or if both ends are the same artist.
//
// Parameters:
//   $start: str    Id of the first artist, such as deezer:27.
//   $end: str      Id of the last artist.
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
