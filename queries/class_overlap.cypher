// Which pairs of classes share artists?
//
// An artist of three classes counts in each of its three pairs. A pair stands in the
// order of the recipe.
//
// Parameters:
//   $recipe: str                The recipe whose classes are meant.
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
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
