// The crawl's open round.
MATCH (c:Crawl)
SET c.round = $round, c.round_open = true
