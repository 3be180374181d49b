// Nobody holds a slice any more; answers that are on their way come too late.
MATCH (s:Slice)
WHERE s.state = 'open'
SET s.owner = null, s.token = coalesce(s.token, 0) + 1
