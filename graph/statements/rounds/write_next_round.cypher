// Open the next round, if nobody has, and if the graph and the recipe are those it was
// planned by: lock first, then look. Tells whether it is open.
MATCH (c:Crawl)
SET c.lock = true
WITH c
SET c.lock = null
WITH c
WHERE
  c.round = $round - 1 AND
  NOT c.round_open AND
  c.recipe_digest = $digest AND
  c.answers = $answers
SET c.round = $round, c.round_open = true
RETURN count(*) AS opened
