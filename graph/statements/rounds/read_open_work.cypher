// The unanswered work items of the open round, in order.
MATCH (w:WorkItem)
WHERE w.state = 'open'
RETURN properties(w) AS item
ORDER BY w.position
