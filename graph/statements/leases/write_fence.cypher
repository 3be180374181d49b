// Take the slices that are still open under this lease, and count them: lock first,
// then look. Those that were taken before are told too: their answers are there.
MATCH (c:Crawl)
UNWIND $rows AS row
MATCH (s:Slice {id: row.id})
SET s.lock = true
WITH c, s, row, s.state AS state, coalesce(s.token, 0) AS token
SET s.lock = null
WITH c, s, state, token, row
WHERE token = row.token
WITH c, s, state = 'open' AS is_new, state
SET s.state =
    CASE
      WHEN is_new THEN 'done'
      ELSE state
    END
SET c.answers = c.answers +
    CASE
      WHEN is_new THEN 1
      ELSE 0
    END
RETURN s.id AS id, c.name AS crawl, is_new
