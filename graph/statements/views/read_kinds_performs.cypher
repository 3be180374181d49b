// Each artist's tracks side by side, with the place among those credited.
MATCH (a:Artist)-[p:PERFORMS]->(t:Track)
RETURN a.id AS artist, collect([t.id, p.position]) AS tracks
