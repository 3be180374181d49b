// All artists, with the columns that the planner needs, without previews.
MATCH (a:Artist)
RETURN
  a.id AS id,
  a.name AS name,
  a.popularity AS popularity,
  a.followers AS followers,
  a.mbid AS mbid,
  a.depth AS depth,
  a.genres_at IS NOT NULL AS genres_at,
  a.genres_failed AS genres_failed,
  a.genres_tries AS genres_tries,
  a.related_at IS NOT NULL AS related_at,
  a.related_failed AS related_failed,
  a.related_tries AS related_tries,
  a.tracks_at IS NOT NULL AS tracks_at,
  a.tracks_failed AS tracks_failed,
  a.tracks_tries AS tracks_tries
