// Which genres of the chosen artists count, the strongest first?
//
// These genres lead to the labels: they have enough votes and a large enough share of the
// artist's strongest genre. Genres from a source that counts no votes always count.
//
// Parameters:
//   $recipe: str    The recipe's dataset.name.
//   $min_votes: int = 1    Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
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
