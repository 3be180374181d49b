// Which pairs of classes share artists?
//
// An artist with three classes counts in each of its three pairs. The classes of a pair
// are in the order of the recipe.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
// Columns:
//   class, other, artists
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT c, a
MATCH (a)-[k:HAS_GENRE]->(:Genre)-[:IN_CLASS]->(d:Class {recipe: $recipe})
WHERE
  d.position > c.position AND
  coalesce(k.votes, $min_votes) >= $min_votes AND
  coalesce(k.share, 1.0) >= $min_share
WITH c, d, count(DISTINCT a) AS artists
RETURN c.name AS class, d.name AS other, artists
ORDER BY artists DESC, c.position, d.position
