// The parts of the round just closed are kept for other workers until the next closes.
MATCH (s:Slice)
SET s.state = 'closed'
