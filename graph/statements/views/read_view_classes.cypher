// The classes of a recipe in its order, each with its genres.
MATCH (c:Class {recipe: $recipe})
OPTIONAL MATCH (c)<-[:IN_CLASS]-(g:Genre)
WITH c, g
ORDER BY g.name
WITH c, collect(g.name) AS genres
RETURN c.name AS class, genres
ORDER BY c.position
