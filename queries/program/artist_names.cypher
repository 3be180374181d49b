// Which artists are there, and what are they called?
//
// Columns:
//   artist, name
MATCH (a:Artist)
RETURN a.id AS artist, a.name AS name
ORDER BY artist
