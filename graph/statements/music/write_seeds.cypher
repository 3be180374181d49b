// The artists at which the crawl starts.
UNWIND $rows AS row
MATCH (a:Artist {id: row.id})
SET a.depth = 0
RETURN count(*) AS found
