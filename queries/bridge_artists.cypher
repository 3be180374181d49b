// Which artists have neighbours of the most genres that they do not play themselves?
//
// A bridge is a bridge from either side, so the direction of RELATED_TO is ignored.
// A genre is told once however many neighbours carry it.
//
// Parameters:
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
//   $min_genres: int = 3        Fewest foreign genres worth listing.
//   $limit: int = 25            Rows to return.
// Columns:
//   artist, name, foreign_genres
MATCH (a:Artist)-[:RELATED_TO]-(:Artist)-[h:HAS_GENRE]->(g:Genre)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT a, g
WHERE
  NOT EXISTS {
    MATCH (a)-[k:HAS_GENRE]->(g)
    WHERE
      coalesce(k.votes, $min_votes) >= $min_votes AND
      coalesce(k.share, 1.0) >= $min_share
  }
WITH a, count(g) AS foreign_genres
WHERE foreign_genres >= $min_genres
RETURN a.id AS artist, a.name AS name, foreign_genres
ORDER BY foreign_genres DESC, name, artist
LIMIT $limit
