// Which artists carry exactly one class, and how strongly?
//
// A genre counts with at least $min_votes votes and at least $min_share of the votes
// of the artist's strongest genre; from a source without votes it always counts.
// The share of a label is that of the strongest genre of the class. Artists with several
// classes get no label: spanning_artists lists them.
//
// Classes:
//   one
// Card:
//   An artist has a label when exactly one class is among its genres that count. Genres
//   outside all classes are ignored. Artists of several classes have no label.
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
WITH
  a,
  count(DISTINCT c) AS classes,
  min(c.name) AS class,
  max(coalesce(h.share, 1.0)) AS share
WHERE classes = 1
RETURN a.id AS artist, class, share
ORDER BY artist
