// Mark work items as answered, and count them; an item that was answered before, or that
// nobody planned, is not among the rows.
MATCH (c:Crawl)
UNWIND $ids AS id
MATCH (w:WorkItem {id: id})
WHERE w.state = 'open'
SET w.state = 'done', c.answers = c.answers + 1
RETURN w.id AS id, c.name AS crawl
