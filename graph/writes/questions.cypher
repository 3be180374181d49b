// What was answered or set aside; a null takes the property away.
UNWIND $rows AS row
MATCH (a:Artist {id: row.id})
SET a += row.properties
RETURN count(*) AS found
