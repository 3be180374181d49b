// Forget the parts of closed rounds, and where nobody else is there those of this one.
MATCH (s:Slice)
WHERE $all OR s.state = 'closed'
DELETE s
