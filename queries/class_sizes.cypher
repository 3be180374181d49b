// How many artists carry each class, and how many carry no other?
//
// Classes without artists are listed with 0. The difference between the two numbers is the
// number of artists that the policy single-class drops.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
// Columns:
//   class, artists, only_this
MATCH (c:Class {recipe: $recipe})
OPTIONAL MATCH (c)<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT c, a
OPTIONAL MATCH
  (a)-[h:HAS_GENRE]->(:Genre)-[:IN_CLASS]->(other:Class {recipe: $recipe})
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH c, a, count(DISTINCT other) AS classes
WITH
  c,
  count(a) AS artists,
  sum(
    CASE
      WHEN classes = 1 THEN 1
      ELSE 0
    END) AS only_this
RETURN c.name AS class, artists, only_this
ORDER BY c.position
