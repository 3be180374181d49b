// Every artist; it is expanded if the question for its relatives was answered.
MATCH (a:Artist)
RETURN
  a.id AS id,
  a.name AS name,
  a.source AS source,
  a.url AS url,
  a.popularity AS popularity,
  a.followers AS followers,
  a.mbid AS mbid,
  a.depth AS depth,
  a.related_at IS NOT NULL AS expanded
ORDER BY id
