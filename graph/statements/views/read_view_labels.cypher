// The artists that the selection of a recipe chose, and their class.
MATCH (c:Class {recipe: $recipe})<-[:CLASSIFIED_AS]-(a:Artist)
RETURN a.id AS artist, c.name AS class
