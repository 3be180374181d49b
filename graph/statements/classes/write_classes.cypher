// The classes of a recipe, with their positions where these are known.
UNWIND $rows AS row
MERGE (c:Class {id: row.id})
SET
  c.recipe = row.recipe,
  c.name = row.name,
  c.position = coalesce(row.position, c.position)
