// What does the graph know about each artist so far?
//
// `asked`: its genres were requested. `crawled`: false for an artist known only from the
// credits of a track. `listed`: its tracks were requested. `previews`: the number of its
// tracks that have a preview.
//
// Columns:
//   artist, crawled, asked, identified, tagged, listed, tracks, previews
MATCH (a:Artist)
OPTIONAL MATCH (a)-[:HAS_GENRE]->(g:Genre)
WITH a, count(g) AS genres
OPTIONAL MATCH (a)-[:PERFORMS]->(t:Track)
WITH DISTINCT a, genres, t
WITH
  a,
  genres,
  count(t) AS tracks,
  sum(
    CASE
      WHEN t.has_preview THEN 1
      ELSE 0
    END) AS previews
RETURN
  a.id AS artist,
  a.depth IS NOT NULL OR
  EXISTS {
    MATCH (:Artist)-[:RELATED_TO]->(a)
  } AS crawled,
  a.genres_at IS NOT NULL AS asked,
  a.mbid IS NOT NULL AS identified,
  genres > 0 AS tagged,
  a.tracks_at IS NOT NULL AS listed,
  tracks,
  previews
ORDER BY artist
