// Which artists were asked for their genres and have none, the most listed first?
//
// No class can take them. `identified`: whether MusicBrainz knows the artist at all; where
// it does not, no genre can be found there. An artist who was not asked yet is not listed.
//
// Parameters:
//   $limit: int = 25    Rows to return.
// Columns:
//   artist, name, identified, listed_by
MATCH (a:Artist)
WHERE
  a.genres_at IS NOT NULL AND
  NOT EXISTS {
    MATCH (a)-[:HAS_GENRE]->(:Genre)
  }
OPTIONAL MATCH (a)<-[:RELATED_TO]-(b:Artist)
WITH a, count(DISTINCT b) AS listed_by
RETURN
  a.id AS artist,
  a.name AS name,
  a.mbid IS NOT NULL AS identified,
  listed_by
ORDER BY listed_by DESC, name, artist
LIMIT $limit
