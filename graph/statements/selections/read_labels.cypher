// The CLASSIFIED_AS of a recipe, grouped by label and class, because the driver reads few
// long rows faster than many short ones.
MATCH (c:Class {recipe: $recipe})<-[:CLASSIFIED_AS]-(n)
RETURN labels(n)[0] AS label, c.id AS class, collect(n.id) AS ids
