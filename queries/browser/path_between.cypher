// How does one come from one artist to another, over how few others?
//
// One of the shortest ways along the lists in either direction, at most 15 steps long.
// Nothing is drawn where there is none, or where it is the same artist twice.
//
// Parameters:
//   $start: str    Id of the artist to begin with, such as deezer:27.
//   $end: str      Id of the artist to end with.
// Columns:
//   path
MATCH (a:Artist {id: $start})
MATCH (b:Artist {id: $end})
WHERE a <> b
MATCH path = SHORTESTPATH ((a)-[:RELATED_TO*..15]-(b))
RETURN path
