// What is chosen for a recipe, side by side: rows of their own take a driver long.
MATCH (c:Class {recipe: $recipe})<-[:CLASSIFIED_AS]-(n)
RETURN labels(n)[0] AS label, c.id AS class, collect(n.id) AS ids
