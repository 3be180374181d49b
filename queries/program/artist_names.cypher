// Which artists are in the graph, and what are their names?
//
// Columns:
//   artist, name
MATCH (a:Artist)
RETURN a.id AS artist, a.name AS name
ORDER BY artist
