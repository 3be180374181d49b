// CLASSIFIED_AS that tracks have already, as chosen anew.
UNWIND $rows AS row
MATCH (n:Track {id: row.id})-[r:CLASSIFIED_AS]->(c:Class {id: row.class})
SET r.policy = $policy, r.share = row.share, r.at = $at
RETURN count(*) AS found
