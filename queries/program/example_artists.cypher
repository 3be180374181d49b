// Which artists of each class are good examples because many others list them?
//
// The class is that of the recipe's selection; artists without one form one group.
//
// Parameters:
//   $recipe: str           The recipe whose selection to use.
//   $per_class: int = 3    Artists of each class.
// Columns:
//   artist, name, class, depth, listed_by
MATCH (a:Artist)<-[:RELATED_TO]-(b:Artist)
WITH a, count(DISTINCT b) AS listed_by
OPTIONAL MATCH (a)-[:CLASSIFIED_AS]->(c:Class {recipe: $recipe})
WITH a, listed_by, min(c.name) AS class
ORDER BY listed_by DESC, a.id
WITH class, collect({artist: a, listed_by: listed_by}) AS listed
UNWIND listed[0..$per_class] AS one
WITH class, one.artist AS a, one.listed_by AS listed_by
RETURN a.id AS artist, a.name AS name, class, a.depth AS depth, listed_by
ORDER BY class IS NULL, listed_by DESC, artist
