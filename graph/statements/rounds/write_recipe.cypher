// Another recipe for the crawl that is there, unless it was already taken.
MATCH (c:Crawl {recipe_digest: $old})
SET
  c.recipe = $recipe,
  c.recipe_digest = $digest,
  c.answers = c.answers + $answers
RETURN c.name AS crawl
