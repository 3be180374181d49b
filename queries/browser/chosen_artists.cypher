// Which artists did the selection choose for each class?
//
// The most listed ones of each class are drawn. Browser adds who lists whom among them:
// arrows within a class are many, arrows between two classes few. Nothing is drawn
// before `select` has run.
//
// Parameters:
//   $recipe: str           The recipe whose selection is meant.
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
