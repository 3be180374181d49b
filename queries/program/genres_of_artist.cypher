// Which genres does one artist have, the strongest first?
//
// Includes genres that do not count. A genre from two sources is listed twice.
//
// Parameters:
//   $artist: str    Its id, such as deezer:27.
// Columns:
//   genre, source, votes, share
MATCH (a:Artist {id: $artist})-[h:HAS_GENRE]->(g:Genre)
RETURN g.name AS genre, h.source AS source, h.votes AS votes, h.share AS share
ORDER BY coalesce(h.share, 1.0) DESC, genre, source
