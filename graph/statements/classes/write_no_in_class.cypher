// Forget which genres a recipe's classes take.
MATCH (c:Class {recipe: $recipe})<-[r:IN_CLASS]-(:Genre)
DELETE r
