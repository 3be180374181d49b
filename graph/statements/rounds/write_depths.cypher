// The depths that changed.
UNWIND $rows AS row
MATCH (a:Artist {id: row.id})
SET a.depth = row.depth
RETURN count(*) AS found
