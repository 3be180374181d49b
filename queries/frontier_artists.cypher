// Which artists were found but not expanded, the most listed first?
//
// They are the frontier of the crawl: their relatives were not requested, so counts of
// relations are too low for them. `failed` gives the reason where a request failed.
//
// Parameters:
//   $limit: int = 25    Rows to return.
// Columns:
//   artist, name, listed_by, depth, failed
MATCH (a:Artist)<-[:RELATED_TO]-(b:Artist)
WHERE a.related_at IS NULL
WITH a, count(DISTINCT b) AS listed_by
RETURN
  a.id AS artist,
  a.name AS name,
  listed_by,
  a.depth AS depth,
  a.related_failed AS failed
ORDER BY listed_by DESC, name, artist
LIMIT $limit
