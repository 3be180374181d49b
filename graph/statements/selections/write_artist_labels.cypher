// New CLASSIFIED_AS between existing artists and classes.
UNWIND $rows AS row
MATCH (n:Artist {id: row.id})
MATCH (c:Class {id: row.class})
CREATE (n)-[:CLASSIFIED_AS {policy: $policy, share: row.share, at: $at}]->(c)
RETURN count(*) AS found
