// Delete slices of schema 2 that became work items.
UNWIND $ids AS id
MATCH (s:Slice {id: id})
DELETE s
