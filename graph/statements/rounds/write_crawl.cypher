// A new crawl; an existing one is left unchanged. Returns whether it was new.
MERGE (c:Crawl {name: $name})
  ON CREATE SET c += $properties, c.new = true
WITH c, c.new IS NOT NULL AS is_new
SET c.new = null
RETURN is_new
