// What answered slices keep of their answers, for the other workers.
UNWIND $rows AS row
MATCH (s:Slice {id: row.id})
SET s.kept = row.kept
