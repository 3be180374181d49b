// Which tracks are credited to artists of different classes?
//
// All classes of all credited artists are taken together, in the order of the recipe.
// A track of one artist who carries several classes is no collaboration and not listed.
//
// Parameters:
//   $recipe: str                The recipe whose classes are meant.
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
// Columns:
//   track, title, artists, classes
MATCH (c:Class {recipe: $recipe})<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT a, c
MATCH (a)-[p:PERFORMS]->(t:Track)
WITH t, a, c, min(p.position) AS position
ORDER BY c.position, position, a.id
WITH
  t,
  count(DISTINCT a) AS artist_count,
  count(DISTINCT c) AS class_count,
  collect(DISTINCT a.id) AS artists,
  collect(DISTINCT c.name) AS classes
WHERE artist_count > 1 AND class_count > 1
RETURN t.id AS track, t.name AS title, artists, classes
ORDER BY track
