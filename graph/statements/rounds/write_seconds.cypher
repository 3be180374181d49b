// How long the crawl has taken; it never becomes less.
MATCH (c:Crawl)
WHERE c.seconds < $seconds
SET c.seconds = $seconds
