// How many work items of the open round are answered.
MATCH (w:WorkItem)
WHERE w.state = 'done'
RETURN count(*) AS answered
