// Delete all IN_CLASS of a recipe's classes.
MATCH (c:Class {recipe: $recipe})<-[r:IN_CLASS]-(:Genre)
DELETE r
