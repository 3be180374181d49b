// What is here: which classes, which artists in them, and where did the crawl begin?
//
// Every class of the recipe is drawn, also one without artists; its best known artists
// hang on it by one genre each. Beside them stand seeds with the nearest of the
// artists they list. It is a sample, small enough to be looked at.
//
// Parameters:
//   $recipe: str                The recipe whose classes are meant.
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
//   $per_class: int = 6         Artists of each class, those with most followers first.
//   $seeds: int = 10            Seeds to draw, those with most followers first.
//   $nearest: int = 3           The last place in a seed's list that is drawn.
// Columns:
//   path
MATCH path = (:Class {recipe: $recipe})
RETURN path
  UNION
MATCH (c:Class {recipe: $recipe})
CALL (c) {
  MATCH (c)<-[:IN_CLASS]-(g:Genre)<-[h:HAS_GENRE]-(a:Artist)
  WHERE
    coalesce(h.votes, $min_votes) >= $min_votes AND
    coalesce(h.share, 1.0) >= $min_share
  WITH a, min(g.name) AS genre
  RETURN a, genre
  ORDER BY coalesce(a.followers, 0) DESC, a.id
  LIMIT $per_class
}
MATCH path = (c)<-[:IN_CLASS]-(:Genre {name: genre})<-[:HAS_GENRE]-(a)
RETURN path
  UNION
MATCH (s:Artist)
WHERE s.depth = 0
WITH s
ORDER BY coalesce(s.followers, 0) DESC, s.id
LIMIT $seeds
MATCH path = (s)-[r:RELATED_TO]->(:Artist)
WHERE r.rank <= $nearest
RETURN path
