// Which tracks is one artist credited on, and which other artists?
//
// Each track is listed with all credited artists, the main artist first.
//
// Parameters:
//   $artist: str    Its id, such as deezer:27.
// Columns:
//   track, title, has_preview, artists, names
MATCH (:Artist {id: $artist})-[:PERFORMS]->(t:Track)
MATCH (t)<-[p:PERFORMS]-(a:Artist)
WITH t, p, a
ORDER BY p.position, a.id
WITH t, collect(a.id) AS artists, collect(coalesce(a.name, a.id)) AS names
RETURN
  t.id AS track,
  t.name AS title,
  coalesce(t.has_preview, false) AS has_preview,
  artists,
  names
ORDER BY track
