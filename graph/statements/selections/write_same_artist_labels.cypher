// CLASSIFIED_AS that artists have already, as chosen anew.
//
// The artist's own relations, by a subquery: else Neo4j may begin at the class and look
// at all that it has, as where it plans while its statistics tell of an empty database.
UNWIND $rows AS row
MATCH (n:Artist {id: row.id})
CALL (n, row) {
  MATCH (n)-[r:CLASSIFIED_AS]->(c:Class {id: row.class})
  RETURN r
}
SET r.policy = $policy, r.share = row.share, r.at = $at
RETURN count(*) AS found
