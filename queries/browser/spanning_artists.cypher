// Which artists carry several classes, and through which genres?
//
// Follow the arrows from an artist through its genres: they end at two or more classes. The
// policy single-class drops such an artist; precedence keeps it in one of them.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $limit: int = 25            Artists to draw, those with most classes first.
// Columns:
//   path
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH a, count(DISTINCT c) AS classes
WHERE classes > 1
WITH a, classes
ORDER BY classes DESC, coalesce(a.followers, 0) DESC, a.id
LIMIT $limit
MATCH path = (a)-[h:HAS_GENRE]->(:Genre)-[:IN_CLASS]->(:Class {recipe: $recipe})
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
RETURN path
