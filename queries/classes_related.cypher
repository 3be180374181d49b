// How many relations lead from each class to each, and how many of them are mutual?
//
// An artist with several classes counts in each. `answerable` relations lead to an artist
// whose own relatives were requested: only for those is it known whether they are mutual
// (`returned`). Reciprocity is therefore returned / answerable, not returned / relations.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
// Columns:
//   class, other, relations, answerable, returned
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT a, c
ORDER BY c.position
WITH a, collect(c.name) AS classes
MATCH (a)-[:RELATED_TO]->(b:Artist)
WITH a, classes, collect(DISTINCT b) AS relatives
OPTIONAL MATCH (a)<-[:RELATED_TO]-(x:Artist)
WITH classes, relatives, collect(DISTINCT x.id) AS listed_by
UNWIND relatives AS b
WITH b, classes,
  CASE
    WHEN b.id IN listed_by THEN 1
    ELSE 0
  END AS back
WITH b, classes, count(*) AS listing, sum(back) AS listed
WITH b, collect([classes, listing, listed]) AS lists
MATCH (b)-[k:HAS_GENRE]->(:Genre)-[:IN_CLASS]->(d:Class {recipe: $recipe})
WHERE
  coalesce(k.votes, $min_votes) >= $min_votes AND
  coalesce(k.share, 1.0) >= $min_share
WITH DISTINCT b, lists, d
WITH d, lists,
  CASE
    WHEN b.related_at IS NULL THEN 0
    ELSE 1
  END AS asked
UNWIND lists AS list
WITH
  d,
  list[0] AS classes,
  sum(list[1]) AS listing,
  sum(list[1] * asked) AS answering,
  sum(list[2]) AS listed
UNWIND classes AS class
WITH
  class,
  d,
  sum(listing) AS relations,
  sum(answering) AS answerable,
  sum(listed) AS returned
MATCH (c:Class {recipe: $recipe, name: class})
RETURN class, d.name AS other, relations, answerable, returned
ORDER BY c.position, d.position
