// The keys of the slices that are not answered yet.
MATCH (n:Slice)
WHERE n.state = 'open'
RETURN n.id AS key
