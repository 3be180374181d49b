// Who stands around one artist, whoever lists whom?
//
// An arrow leads from the artist who lists to the one who is listed. Browser adds the
// arrows between the neighbours by itself: who of them list each other is a scene.
//
// Parameters:
//   $artist: str        Its id, such as deezer:27.
//   $limit: int = 60    Arrows to draw, those of the nearest first.
// Columns:
//   path
MATCH path = (:Artist {id: $artist})-[r:RELATED_TO]-(b:Artist)
RETURN path
ORDER BY r.rank, b.id
LIMIT $limit
