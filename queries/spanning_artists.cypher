// Which artists carry several classes, and which?
//
// The policy single-class drops them; precedence gives them the first class listed here.
// Classes are in the order of the recipe.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
// Columns:
//   artist, name, classes, genres
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(g:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT a, c, g
ORDER BY c.position, g.name
WITH
  a,
  count(DISTINCT c) AS class_count,
  collect(DISTINCT c.name) AS classes,
  collect(DISTINCT g.name) AS genres
WHERE class_count > 1
RETURN a.id AS artist, a.name AS name, classes, genres
ORDER BY name, artist
