// Each artist's genres side by side, as every source gave them.
MATCH (a:Artist)-[h:HAS_GENRE]->(g:Genre)
RETURN a.id AS artist, collect([g.name, h.source, h.votes, h.share]) AS genres
