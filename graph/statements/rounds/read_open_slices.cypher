// The parts of the open round that are not answered yet, in their order.
MATCH (s:Slice)
WHERE s.state = 'open'
RETURN properties(s) AS slice
ORDER BY s.position
