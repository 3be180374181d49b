// Take CLASSIFIED_AS away from artists.
UNWIND $rows AS row
MATCH (n:Artist {id: row.id})-[r:CLASSIFIED_AS]->(c:Class {id: row.class})
DELETE r
RETURN count(*) AS found
