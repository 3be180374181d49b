// What is a shortest path from a seed to one artist?
//
// One of the shortest paths from the nearest seed, along the arrows. Draws nothing for a
// seed, or for an artist that nobody lists.
//
// Parameters:
//   $artist: str    Its id, such as deezer:27.
// Columns:
//   path
MATCH (b:Artist {id: $artist})
WHERE coalesce(b.depth, 1) > 0
MATCH (s:Artist)
WHERE s.depth = 0
MATCH path = SHORTESTPATH ((s)-[:RELATED_TO*..50]->(b))
RETURN path
ORDER BY length(path), s.id
LIMIT 1
