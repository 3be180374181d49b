// Which artists did the crawl start from?
//
// Includes seeds given by name, by playlist and by genre, as the artists found for them.
//
// Columns:
//   artist, name
MATCH (a:Artist)
WHERE a.depth = 0
RETURN a.id AS artist, a.name AS name
ORDER BY artist
