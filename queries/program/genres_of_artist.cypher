// Which genres does one artist have, strongest first?
//
// All of them, those that do not count as well. A genre of two sources stands twice.
//
// Parameters:
//   $artist: str    Its id, such as deezer:27.
// Columns:
//   genre, source, votes, share
MATCH (a:Artist {id: $artist})-[h:HAS_GENRE]->(g:Genre)
RETURN g.name AS genre, h.source AS source, h.votes AS votes, h.share AS share
ORDER BY coalesce(h.share, 1.0) DESC, genre, source
