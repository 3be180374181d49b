// What is chosen for a recipe.
MATCH (c:Class {recipe: $recipe})<-[:CLASSIFIED_AS]-(n)
RETURN labels(n)[0] AS label, n.id AS id, c.id AS class
