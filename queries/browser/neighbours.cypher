// Which artists are related to one artist, in either direction?
//
// An arrow leads from the listing artist to the listed one. Browser adds the arrows between
// the neighbours: those that list each other form a scene.
//
// Parameters:
//   $artist: str        Its id, such as deezer:27.
//   $limit: int = 60    Arrows to draw, the nearest neighbours first.
// Columns:
//   path
MATCH path = (:Artist {id: $artist})-[r:RELATED_TO]-(b:Artist)
RETURN path
ORDER BY r.rank, b.id
LIMIT $limit
