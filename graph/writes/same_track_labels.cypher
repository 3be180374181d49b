// CLASSIFIED_AS that tracks have already, as chosen anew.
//
// Both ends first: else Neo4j may begin at the class and look at all that it has.
UNWIND $rows AS row
MATCH (n:Track {id: row.id})
MATCH (c:Class {id: row.class})
MATCH (n)-[r:CLASSIFIED_AS]->(c)
SET r.policy = $policy, r.share = row.share, r.at = $at
RETURN count(*) AS found
