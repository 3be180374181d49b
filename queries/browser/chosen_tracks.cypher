// Which tracks did the selection choose for each class, and by which artists?
//
// Draws the most popular ones of each class, and nothing before `select` has run.
//
// Parameters:
//   $recipe: str           The recipe whose selection to use.
//   $per_class: int = 6    Tracks of each class.
// Columns:
//   path
MATCH (c:Class {recipe: $recipe})
CALL (c) {
  MATCH (c)<-[:CLASSIFIED_AS]-(t:Track)
  RETURN t
  ORDER BY coalesce(t.popularity, 0) DESC, t.id
  LIMIT $per_class
}
MATCH path = (c)<-[:CLASSIFIED_AS]-(t)<-[:PERFORMS]-(:Artist)
RETURN path
