// Which artists have exactly one genre that counts?
//
// The purest artists there are: a genre of no class counts here as well.
//
// Parameters:
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
// Columns:
//   artist, name, genre
MATCH (g:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH a, count(DISTINCT g) AS genres, min(g.name) AS genre
WHERE genres = 1
RETURN a.id AS artist, a.name AS name, genre
ORDER BY genre, name, artist
