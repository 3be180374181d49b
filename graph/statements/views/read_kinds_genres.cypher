// Every genre, and the classes of a recipe to which it belongs.
MATCH (g:Genre)
OPTIONAL MATCH (g)-[:IN_CLASS]->(c:Class {recipe: $recipe})
WITH g, c
ORDER BY c.position
RETURN g.name AS genre, collect(c.name) AS classes
