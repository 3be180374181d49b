// Forget a recipe's classes that it no longer has, with all that leads to them.
MATCH (c:Class {recipe: $recipe})
WHERE NOT c.id IN $ids
DETACH DELETE c
