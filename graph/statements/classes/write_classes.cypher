// Classes of a recipe, in their order where the order is known.
UNWIND $rows AS row
MERGE (c:Class {id: row.id})
SET
  c.recipe = row.recipe,
  c.name = row.name,
  c.position = coalesce(row.position, c.position)
