// Which artists have no genres although they were requested, the most listed first?
//
// They cannot get a class. `identified`: whether MusicBrainz has an entry for the artist;
// without one it has no genres either. Artists whose genres were not requested yet are
// left out.
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
