// Delete the work items of the round that was closed.
MATCH (w:WorkItem)
DELETE w
