// Close the round with this number, if it is open; where a number of answers is
// given, only with exactly so many and nothing left to answer. Tells whether it was.
MATCH (c:Crawl {round: $round})
SET c.lock = true
WITH
  c,
  COUNT {
    MATCH (s:Slice)
    WHERE s.state = 'open'
  } AS left
SET c.lock = null
WITH c, left
WHERE c.round_open AND ($answers IS NULL OR (c.answers = $answers AND left = 0))
SET c.round_open = false, c.seconds = c.seconds + $seconds
RETURN count(*) AS closed
