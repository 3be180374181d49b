// Which artists are credited on one track, the main artist first?
//
// Parameters:
//   $track: str    Its id, such as deezer:3135556.
// Columns:
//   position, artist, name
MATCH (:Track {id: $track})<-[p:PERFORMS]-(a:Artist)
RETURN p.position AS position, a.id AS artist, a.name AS name
ORDER BY position, artist
