// What was asked of each service before the crawl's first plan, and until when it rests.
UNWIND $rows AS row
MERGE (s:Source {name: row.name})
SET s.requests = row.requests, s.paused_until = row.paused_until
