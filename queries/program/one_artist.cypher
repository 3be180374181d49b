// What does the graph know about one artist?
//
// `related` is the number of its relatives, `listed_by` the number of lists that name it.
//
// Parameters:
//   $artist: str    Its id, such as deezer:27.
// Columns:
//   properties, related, listed_by, genres, tracks
MATCH (a:Artist {id: $artist})
RETURN
  properties(a) AS properties,
  COUNT { (a)-[:RELATED_TO]->(:Artist) } AS related,
  COUNT { (a)<-[:RELATED_TO]-(:Artist) } AS listed_by,
  COUNT { (a)-[:HAS_GENRE]->(:Genre) } AS genres,
  COUNT { (a)-[:PERFORMS]->(:Track) } AS tracks
