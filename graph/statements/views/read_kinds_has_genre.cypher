// The genres of each artist, from each source.
MATCH (a:Artist)-[h:HAS_GENRE]->(g:Genre)
RETURN a.id AS artist, collect([g.name, h.source, h.votes, h.share]) AS genres
