// Each artist's genres with what counts them, side by side.
MATCH (a:Artist)-[h:HAS_GENRE]->(g:Genre)
RETURN a.id AS artist, collect([g.name, h.votes, h.share]) AS genres
