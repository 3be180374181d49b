// Which artists do the most other artists list as relatives?
//
// An artist that many list is well connected, but not always well known. `lists` is the
// number of relatives of the artist itself, and 0 if they were not requested. An artist
// that lists another in two sources counts once.
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
