// Which artists stand in the most lists of relatives, and in whose?
//
// Of those who list them only the ones that list them nearest are drawn.
//
// Parameters:
//   $limit: int = 8        Artists to draw, the most listed first.
//   $listing: int = 10     Lists to draw of each.
// Columns:
//   path
MATCH (a:Artist)<-[:RELATED_TO]-(b:Artist)
WITH a, count(DISTINCT b) AS listed_by
ORDER BY listed_by DESC, a.name, a.id
LIMIT $limit
CALL (a) {
  MATCH path = (a)<-[r:RELATED_TO]-(b:Artist)
  RETURN path
  ORDER BY r.rank, b.id
  LIMIT $listing
}
RETURN path
