// Which artists join circles: whose neighbours play the most genres not their own?
//
// From each bridge one path leads to each genre that it does not play itself, by the
// nearest neighbour who plays it. The direction of the lists does not matter here.
//
// Parameters:
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
//   $min_genres: int = 3        Fewest foreign genres worth drawing.
//   $limit: int = 3             Bridges to draw, those of most genres first.
// Columns:
//   path
MATCH (g:Genre)<-[h:HAS_GENRE]-(b:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH b, collect(DISTINCT g.name) AS genres
MATCH (b)-[:RELATED_TO]-(a:Artist)
UNWIND genres AS genre
WITH a, collect(DISTINCT genre) AS around
OPTIONAL MATCH (a)-[k:HAS_GENRE]->(g:Genre)
WHERE
  coalesce(k.votes, $min_votes) >= $min_votes AND
  coalesce(k.share, 1.0) >= $min_share
WITH a, around, collect(DISTINCT g.name) AS own
WITH a, [genre IN around WHERE NOT genre IN own] AS foreign
WITH a, foreign, size(foreign) AS genres
WHERE genres >= $min_genres
WITH a, foreign, genres
ORDER BY genres DESC, a.name, a.id
LIMIT $limit
CALL (a, foreign) {
  MATCH path = (a)-[r:RELATED_TO]-(b:Artist)-[h:HAS_GENRE]->(g:Genre)
  WHERE
    g.name IN foreign AND
    coalesce(h.votes, $min_votes) >= $min_votes AND
    coalesce(h.share, 1.0) >= $min_share
  WITH g, r, b, path
  ORDER BY r.rank, b.id
  WITH g, collect(path) AS paths
  RETURN paths[0] AS path
}
RETURN path
