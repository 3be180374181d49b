// Which artists have neighbours with the most genres that they do not have themselves?
//
// One path leads from each such artist to each of these genres, through the nearest
// neighbour that has it. The direction of RELATED_TO is ignored.
//
// Parameters:
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $min_genres: int = 3        Fewest foreign genres to draw.
//   $limit: int = 3             Artists to draw, those with most genres first.
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
