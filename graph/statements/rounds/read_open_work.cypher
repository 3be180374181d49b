// The work items of the open round that are not answered yet, in their order.
MATCH (w:WorkItem)
WHERE w.state = 'open'
RETURN properties(w) AS item
ORDER BY w.position
