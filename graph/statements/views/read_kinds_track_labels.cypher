// The tracks that the selection of a recipe chose, and their class.
MATCH (c:Class {recipe: $recipe})<-[:CLASSIFIED_AS]-(t:Track)
RETURN t.id AS track, c.name AS class
