// Who is dropped, and why: which artists lead to several classes, and by which genres?
//
// Follow the arrows from an artist over its genres: they end in two classes or more. The
// policy single-class drops such an artist; precedence keeps it in one of them.
//
// Parameters:
//   $recipe: str                The recipe whose classes are meant.
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
//   $limit: int = 25            Artists to draw, those of most classes first.
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
