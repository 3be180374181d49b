// Parts of a round that became work items.
UNWIND $ids AS id
MATCH (s:Slice {id: id})
DELETE s
