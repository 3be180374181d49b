// Which artists are credited on the chosen tracks, the main artist first?
//
// `label` is the credited artist's own class in this recipe; it is empty for artists that
// the selection did not choose.
//
// Parameters:
//   $recipe: str    The recipe's dataset.name.
// Columns:
//   track, position, artist, name, mbid, label
MATCH (c:Class)<-[:CLASSIFIED_AS]-(t:Track)
WHERE c.recipe = $recipe
WITH DISTINCT t
MATCH (t)<-[p:PERFORMS]-(a:Artist)
OPTIONAL MATCH (a)-[:CLASSIFIED_AS]->(own:Class)
WHERE own.recipe = $recipe
RETURN
  t.id AS track,
  p.position AS position,
  a.id AS artist,
  a.name AS name,
  a.mbid AS mbid,
  own.name AS label
ORDER BY track, position, artist, own.position, label
