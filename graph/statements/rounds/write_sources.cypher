// The requests before the crawl's first plan, and the pauses, per service.
UNWIND $rows AS row
MERGE (s:Source {name: row.name})
SET s.requests = row.requests, s.paused_until = row.paused_until
