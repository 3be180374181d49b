// The keys of the work items that are not answered yet.
MATCH (n:WorkItem)
WHERE n.state = 'open'
RETURN n.id AS key
