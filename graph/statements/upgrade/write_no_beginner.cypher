// Remove the property of schema 2 that named the worker that began the crawl.
MATCH (s:Schema {name: $name})
SET s.beginner = null, s.lock = null
