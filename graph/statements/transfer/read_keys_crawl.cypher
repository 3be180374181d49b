// The keys of all Crawl nodes.
MATCH (n:Crawl)
RETURN n.name AS key
