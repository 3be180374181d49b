// Which tracks are credited to artists of different classes?
//
// Arrows connect each track with its artists, and these through their genres with the
// classes. With collaborations = "drop" in the recipe such a track is dropped.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $limit: int = 15            Tracks to draw, the most popular first.
// Columns:
//   path
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT a, c
MATCH (a)-[:PERFORMS]->(t:Track)
WITH t, count(DISTINCT a) AS artists, count(DISTINCT c) AS classes
WHERE artists > 1 AND classes > 1
WITH t
ORDER BY coalesce(t.popularity, 0) DESC, t.id
LIMIT $limit
MATCH
  path =
    (t)<-[:PERFORMS]-
    (:Artist)-[h:HAS_GENRE]->
    (:Genre)-[:IN_CLASS]->
    (:Class {recipe: $recipe})
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
RETURN path
