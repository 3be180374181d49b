// What was chosen for a recipe.
MATCH (s:Selection {recipe: $recipe})
RETURN properties(s) AS selection
