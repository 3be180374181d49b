// Every track, with columns in the order of `_TRACK` in kinds.py.
MATCH (t:Track)
RETURN
  t.id AS id,
  t.name AS name,
  t.source AS source,
  t.duration_ms AS duration_ms,
  t.isrc AS isrc,
  t.explicit AS explicit,
  t.popularity AS popularity,
  t.album AS album,
  t.album_id AS album_id,
  t.release_date AS release_date,
  t.has_preview AS has_preview,
  t.license AS license,
  t.license_url AS license_url
ORDER BY id
