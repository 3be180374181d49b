// Delete CLASSIFIED_AS of artists.
//
// The subquery starts at the artist. Without it, Neo4j may start at the class and read all its
// relations, for example if it plans with the statistics of an empty database.
UNWIND $rows AS row
MATCH (n:Artist {id: row.id})
CALL (n, row) {
  MATCH (n)-[r:CLASSIFIED_AS]->(c:Class {id: row.class})
  RETURN r
}
DELETE r
RETURN count(*) AS found
