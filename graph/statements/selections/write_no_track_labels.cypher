// Delete CLASSIFIED_AS of tracks.
//
// The subquery starts at the track. Without it, Neo4j may start at the class and read all its
// relations, for example if it plans with the statistics of an empty database.
UNWIND $rows AS row
MATCH (n:Track {id: row.id})
CALL (n, row) {
  MATCH (n)-[r:CLASSIFIED_AS]->(c:Class {id: row.class})
  RETURN r
}
DELETE r
RETURN count(*) AS found
