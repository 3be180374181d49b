// Some Crawl nodes with all they hold.
UNWIND $keys AS key
MATCH (n:Crawl {name: key})
RETURN key, properties(n) AS properties
