// Which classes does each artist carry, and how strongly?
//
// Only genres that count give a class. The share is that of the artist's strongest genre
// in the class, and 1.0 where the source counts no votes.
//
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
RETURN a.id AS artist, c.name AS class, share
ORDER BY artist, c.position
