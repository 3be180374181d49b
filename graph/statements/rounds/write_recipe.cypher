// Replace the recipe of the existing crawl, unless an earlier attempt already did.
MATCH (c:Crawl {recipe_digest: $old})
SET
  c.recipe = $recipe,
  c.recipe_digest = $digest,
  c.answers = c.answers + $answers
RETURN c.name AS crawl
