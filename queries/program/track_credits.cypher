// Which artists are credited on each track, and does it have a preview?
//
// The main artist comes first.
//
// Columns:
//   track, has_preview, artists
MATCH (a:Artist)-[p:PERFORMS]->(t:Track)
WITH t, a, p
ORDER BY p.position, a.id
WITH t, collect(a.id) AS artists
RETURN t.id AS track, coalesce(t.has_preview, false) AS has_preview, artists
ORDER BY track
