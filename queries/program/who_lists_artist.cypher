// Which artists list one artist as a relative, those nearest to a seed first?
//
// Parameters:
//   $artist: str       Its id, such as deezer:27.
//   $limit: int = 5    Rows to return.
// Columns:
//   artist, name, depth, source, rank
MATCH (a:Artist {id: $artist})<-[r:RELATED_TO]-(b:Artist)
RETURN
  b.id AS artist,
  b.name AS name,
  b.depth AS depth,
  r.source AS source,
  r.rank AS rank
ORDER BY coalesce(depth, 1000000), rank, artist, source
LIMIT $limit
