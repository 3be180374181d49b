// Forget what was chosen for a recipe.
MATCH (c:Class {recipe: $recipe})<-[r:CLASSIFIED_AS]-()
DELETE r
