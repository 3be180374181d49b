// Which artists did the selection choose for each class?
//
// Draws the most listed ones of each class. Browser adds the relations between them: many
// arrows within a class, few between two classes. Draws nothing before `select` has run.
//
// Parameters:
//   $recipe: str           The recipe whose selection to use.
//   $per_class: int = 12   Artists of each class, the most listed first.
// Columns:
//   path
MATCH (c:Class {recipe: $recipe})
CALL (c) {
  MATCH (c)<-[:CLASSIFIED_AS]-(a:Artist)
  OPTIONAL MATCH (a)<-[:RELATED_TO]-(b:Artist)
  WITH a, count(DISTINCT b) AS listed_by
  RETURN a
  ORDER BY listed_by DESC, a.id
  LIMIT $per_class
}
MATCH path = (c)<-[:CLASSIFIED_AS]-(a)
RETURN path
