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
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT a, c
MATCH (a)-[p:PERFORMS]->(t:Track)
WITH
  t,
  count(DISTINCT a) AS artist_count,
  count(DISTINCT c) AS class_count,
  collect({artist: a.id, position: p.position, class: c.name, order: c.position}) AS credits
WHERE artist_count > 1 AND class_count > 1
UNWIND credits AS credit
WITH t, credit
ORDER BY credit.order, credit.position, credit.artist
WITH
  t,
  collect(DISTINCT credit.artist) AS artists,
  collect(DISTINCT credit.class) AS classes
RETURN t.id AS track, t.name AS title, artists, classes
ORDER BY track
