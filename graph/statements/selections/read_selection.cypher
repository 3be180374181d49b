// The Selection node of a recipe.
MATCH (s:Selection {recipe: $recipe})
RETURN properties(s) AS selection
