// The names of all genres.
MATCH (g:Genre)
RETURN g.name AS name
ORDER BY name
