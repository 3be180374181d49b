// What answered slices keep of their answers.
UNWIND $ids AS id
MATCH (s:Slice {id: id})
RETURN s.id AS id, s.kept AS kept
