// The tracks of each artist, with the artist's position among the credits.
MATCH (a:Artist)-[p:PERFORMS]->(t:Track)
RETURN a.id AS artist, collect([t.id, p.position]) AS tracks
