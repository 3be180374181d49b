// Which artists were found and never asked for their relatives, the most listed first?
//
// They are the edge of the crawl: their own lists are missing, so whatever counts
// relations counts too few of theirs. `failed` says why, where it was tried.
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
