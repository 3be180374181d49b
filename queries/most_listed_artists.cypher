// Which artists stand in the most lists of relatives?
//
// Whoever is listed often is well connected, not always well known. `lists` is how many
// relatives the artist itself has, 0 also where it was never asked. An artist who lists
// another by two sources counts once.
//
// Parameters:
//   $limit: int = 25    Rows to return.
// Columns:
//   artist, name, listed_by, lists, followers
MATCH (a:Artist)<-[:RELATED_TO]-(b:Artist)
WITH a, count(DISTINCT b) AS listed_by
ORDER BY listed_by DESC, a.name, a.id
LIMIT $limit
OPTIONAL MATCH (a)-[:RELATED_TO]->(c:Artist)
WITH a, listed_by, count(DISTINCT c) AS lists
RETURN
  a.id AS artist,
  a.name AS name,
  listed_by,
  lists,
  a.followers AS followers
ORDER BY listed_by DESC, name, artist
