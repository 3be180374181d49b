// Another recipe for the crawl that is there.
MATCH (c:Crawl)
SET c.recipe = $recipe, c.recipe_digest = $digest
