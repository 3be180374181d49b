// Forget the parts of the closed round.
MATCH (s:Slice)
DELETE s
