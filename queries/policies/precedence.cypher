// Which is the first class of the recipe that each artist carries?
//
// A genre counts with at least $min_votes votes and at least $min_share of the votes
// of the artist's strongest genre; from a source without votes it always counts.
// The order of the classes in the recipe decides, so put the most specific ones
// first. The share of a label is that of the strongest genre of the class.
//
// Classes:
//   first
// Card:
//   An artist has the first class, in the order below, that is among its genres that
//   count. Genres outside all classes and genres of later classes are ignored.
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
// Columns:
//   artist, class, share
MATCH
  (c:Class {recipe: $recipe})<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH a, c, max(coalesce(h.share, 1.0)) AS share
ORDER BY c.position
WITH a, collect(c.name) AS classes, collect(share) AS shares
RETURN a.id AS artist, classes[0] AS class, shares[0] AS share
ORDER BY artist
