// Which artists carry exactly one class, and through which genres?
//
// These are the artists that the policy single-class labels. Genres without a class are
// ignored; genres with too few votes or too small a share do not count.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
// Columns:
//   artist, name, class, share, genres
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(g:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH a, c, g, max(coalesce(h.share, 1.0)) AS strength
ORDER BY g.name
WITH
  a,
  count(DISTINCT c) AS classes,
  min(c.name) AS class,
  max(strength) AS share,
  collect(DISTINCT g.name) AS genres
WHERE classes = 1
RETURN a.id AS artist, a.name AS name, class, share, genres
ORDER BY class, name, artist
