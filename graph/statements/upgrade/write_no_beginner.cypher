// Who began the crawl under schema 2.
MATCH (s:Schema {name: $name})
SET s.beginner = null, s.lock = null
