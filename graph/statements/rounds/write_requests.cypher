// Add requests to the count of each service.
UNWIND $rows AS row
MERGE (s:Source {name: row.name})
SET s.requests = coalesce(s.requests, 0) + row.requests
