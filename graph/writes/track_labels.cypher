// CLASSIFIED_AS between tracks and classes that are there. A recipe's old ones are gone by now.
UNWIND $rows AS row
MATCH (n:Track {id: row.id})
MATCH (c:Class {id: row.class})
MERGE (n)-[r:CLASSIFIED_AS]->(c)
SET r.policy = $policy, r.share = row.share, r.at = $at
RETURN count(*) AS found
