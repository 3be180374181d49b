// Which artists have neighbours with the most genres that they do not have themselves?
//
// The direction of RELATED_TO is ignored. A genre counts once, however many neighbours
// have it.
//
// Parameters:
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $min_genres: int = 3        Fewest foreign genres to list.
//   $limit: int = 25            Rows to return.
// Columns:
//   artist, name, foreign_genres
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
WITH a, size([genre IN around WHERE NOT genre IN own]) AS foreign_genres
WHERE foreign_genres >= $min_genres
RETURN a.id AS artist, a.name AS name, foreign_genres
ORDER BY foreign_genres DESC, name, artist
LIMIT $limit
