// Take CLASSIFIED_AS away from tracks.
UNWIND $rows AS row
MATCH (n:Track {id: row.id})-[r:CLASSIFIED_AS]->(c:Class {id: row.class})
DELETE r
RETURN count(*) AS found
