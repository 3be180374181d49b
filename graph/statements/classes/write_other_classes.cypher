// Delete the classes that a recipe no longer has, and their relations.
MATCH (c:Class {recipe: $recipe})
WHERE NOT c.id IN $ids
DETACH DELETE c
