// What is a shortest path from a seed to one artist?
//
// One of the shortest paths along RELATED_TO in its direction, from the nearest seed;
// `rank` is the artist's rank in the list of the artist before. There are no rows if the
// artist is a seed, or if no list leads to it, as for artists known only from credits.
//
// Parameters:
//   $artist: str    Its id, such as deezer:27.
// Columns:
//   step, artist, name, rank
MATCH (b:Artist {id: $artist})
WHERE coalesce(b.depth, 1) > 0
MATCH (s:Artist)
WHERE s.depth = 0
MATCH p = SHORTESTPATH ((s)-[:RELATED_TO*..50]->(b))
WITH p, s
ORDER BY length(p), s.id
LIMIT 1
WITH nodes(p) AS artists, relationships(p) AS relations
UNWIND range(0, size(artists) - 1) AS step
WITH
  step,
  artists[step] AS artist,
  CASE
    WHEN step > 0 THEN relations[step - 1]
  END AS relation
RETURN step, artist.id AS artist, artist.name AS name, relation.rank AS rank
ORDER BY step
