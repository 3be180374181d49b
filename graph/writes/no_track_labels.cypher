// Take CLASSIFIED_AS away from tracks.
//
// Both ends first: else Neo4j may begin at the class and look at all that it has.
UNWIND $rows AS row
MATCH (n:Track {id: row.id})
MATCH (c:Class {id: row.class})
MATCH (n)-[r:CLASSIFIED_AS]->(c)
DELETE r
RETURN count(*) AS found
