// Which artists do the most other artists list as relatives, and which artists are these?
//
// Of the artists that list them, only those that rank them nearest are drawn.
//
// Parameters:
//   $limit: int = 8        Artists to draw, the most listed first.
//   $listing: int = 10     Listing artists to draw for each.
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
