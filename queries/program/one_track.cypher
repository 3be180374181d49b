// What does the graph know about one track?
//
// Parameters:
//   $track: str    Its id, such as deezer:3135556.
// Columns:
//   properties, artists
MATCH (t:Track {id: $track})
RETURN
  properties(t) AS properties,
  COUNT { (:Artist)-[:PERFORMS]->(t) } AS artists
