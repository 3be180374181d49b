// Close the round with this number if it is open. Returns how many were closed.
MATCH (c:Crawl {round: $round})
WHERE c.round_open
SET c.round_open = false, c.seconds = c.seconds + $seconds
RETURN count(*) AS closed
