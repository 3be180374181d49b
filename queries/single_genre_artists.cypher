// Which artists have exactly one genre that counts?
//
// This is the strictest criterion: genres without a class count here as well.
//
// Parameters:
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
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
