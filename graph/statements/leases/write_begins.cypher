// Who begins the crawl, or goes on with it under another recipe, is one at a time:
// lock first, then look.
MATCH (v:Schema {name: $schema})
SET v.lock = true
WITH v
OPTIONAL MATCH (w:Worker {name: v.beginner})
WITH
  v,
  v.beginner IS NULL OR
  v.beginner = $name OR
  w.alive_until IS NULL OR
  w.alive_until < timestamp() AS free
SET v.lock = null, v.beginner =
    CASE
      WHEN free THEN $name
      ELSE v.beginner
    END
RETURN v.beginner AS beginner
