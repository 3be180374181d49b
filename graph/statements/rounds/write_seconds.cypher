// The time spent crawling; it never decreases.
MATCH (c:Crawl)
WHERE c.seconds < $seconds
SET c.seconds = $seconds
