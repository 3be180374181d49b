// What was selected for a recipe, and from which state of the graph.
MERGE (s:Selection {recipe: $recipe})
SET s += $properties
