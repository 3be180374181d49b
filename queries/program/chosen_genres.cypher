// Which genres count of the artists that the selection chose, strongest first?
//
// These are the genres behind the labels: those with enough votes and a large enough
// share of the artist's strongest genre. A source that counts no votes counts.
//
// Parameters:
//   $recipe: str    The recipe's dataset.name.
//   $min_votes: int = 1    Fewest votes that count.
//   $min_share: float = 0.15    Smallest share that counts.
// Columns:
//   artist, genre, share
MATCH (c:Class)<-[:CLASSIFIED_AS]-(a:Artist)
WHERE c.recipe = $recipe
WITH DISTINCT a
MATCH (a)-[h:HAS_GENRE]->(g:Genre)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
RETURN a.id AS artist, g.name AS genre, coalesce(h.share, 1.0) AS share
ORDER BY artist, share DESC, genre
