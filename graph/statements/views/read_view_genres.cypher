// The genres of each artist, with the numbers that decide whether they count.
MATCH (a:Artist)-[h:HAS_GENRE]->(g:Genre)
RETURN a.id AS artist, collect([g.name, h.votes, h.share]) AS genres
