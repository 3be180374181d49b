// Which tracks are credited to artists of different classes?
//
// `classes` holds all classes of all credited artists, in the order of the recipe. A track
// of a single artist with several classes is not a collaboration and is left out.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
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
