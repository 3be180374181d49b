// Take the slices that are still open, and count them: lock first, then look.
MATCH (c:Crawl)
UNWIND $ids AS id
MATCH (s:Slice {id: id})
SET s.lock = true
WITH c, s, s.state AS state
SET s.state = 'done', s.lock = null
WITH c, s, state
WHERE state = 'open'
SET c.answers = c.answers + 1
RETURN s.id AS id, c.name AS crawl
