// What is in this graph: which classes, which artists, and where did the crawl start?
//
// Draws every class of the recipe, even one without artists. The best known artists of a
// class are connected with it through one genre each. Also draws seeds with the nearest
// artists that they list. It is a sample, small enough to view.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $per_class: int = 6         Artists of each class, those with most followers first.
//   $seeds: int = 10            Seeds to draw, those with most followers first.
//   $nearest: int = 3           The last rank in a seed's list that is drawn.
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
