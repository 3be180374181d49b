// Which artists did the crawl start from?
//
// Seeds given by name, by playlist and by genre are all here, as the artists that
// they turned out to be.
//
// Columns:
//   artist, name
MATCH (a:Artist)
WHERE a.depth = 0
RETURN a.id AS artist, a.name AS name
ORDER BY artist
