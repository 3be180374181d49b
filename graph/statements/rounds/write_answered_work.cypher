// Mark open work items as answered, and count them. The rows do not contain items that were
// answered before or were never planned.
MATCH (c:Crawl)
UNWIND $ids AS id
MATCH (w:WorkItem {id: id})
WHERE w.state = 'open'
SET w.state = 'done', c.answers = c.answers + 1
RETURN w.id AS id, c.name AS crawl
