// What is a shortest path between two artists?
//
// One of the shortest paths along RELATED_TO in either direction, at most 15 steps long.
// Draws nothing if there is no path, or if both ends are the same artist.
//
// Parameters:
//   $start: str    Id of the first artist, such as deezer:27.
//   $end: str      Id of the last artist.
// Columns:
//   path
MATCH (a:Artist {id: $start})
MATCH (b:Artist {id: $end})
WHERE a <> b
MATCH path = SHORTESTPATH ((a)-[:RELATED_TO*..15]-(b))
RETURN path
