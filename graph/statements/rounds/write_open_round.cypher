// Open a round of the crawl.
MATCH (c:Crawl)
SET c.round = $round, c.round_open = true
