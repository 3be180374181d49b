// Which classes does each artist carry, and how strongly?
//
// Only genres that count speak for a class. The share is that of the artist's
// strongest genre in the class; 1.0 where the source counts no votes.
//
// Parameters:
//   $recipe: str                The recipe whose classes are meant.
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
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
