// The crawl.
MATCH (c:Crawl)
RETURN properties(c) AS crawl
LIMIT 1
