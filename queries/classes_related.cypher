// How many relations lead from each class to each, and how many of them are returned?
//
// An artist of several classes counts in each. `answerable` relations lead to an artist
// who was asked for relatives as well: only of those can it be told whether they are
// returned, so reciprocity is returned / answerable, never returned / relations.
//
// Parameters:
//   $recipe: str                The recipe whose classes are meant.
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
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
WITH DISTINCT a, classes, b
WITH
  classes,
  b,
  CASE
    WHEN
      EXISTS {
        MATCH (b)-[:RELATED_TO]->(a)
      }
      THEN 1
    ELSE 0
  END AS back
WITH classes, b, count(*) AS listing, sum(back) AS listed
MATCH (b)-[k:HAS_GENRE]->(:Genre)-[:IN_CLASS]->(d:Class {recipe: $recipe})
WHERE
  coalesce(k.votes, $min_votes) >= $min_votes AND
  coalesce(k.share, 1.0) >= $min_share
WITH DISTINCT classes, b, listing, listed, d
WITH
  classes,
  d,
  listing,
  listed,
  CASE
    WHEN b.related_at IS NULL THEN 0
    ELSE listing
  END AS asked
UNWIND classes AS class
WITH
  class,
  d,
  sum(listing) AS relations,
  sum(asked) AS answerable,
  sum(listed) AS returned
MATCH (c:Class {recipe: $recipe, name: class})
RETURN class, d.name AS other, relations, answerable, returned
ORDER BY c.position, d.position
