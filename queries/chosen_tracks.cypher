// Which tracks did the selection choose, for which class, and by which artists?
//
// A track is chosen if `select` gave it a class of this recipe. It becomes a clip only if
// it also has a preview and the audio passes the checks of the export.
//
// Parameters:
//   $recipe: str    The recipe's dataset.name.
// Columns:
//   track, title, artists, label, share, policy, has_preview, popularity, duration_ms, album, album_id, release_date, isrc, source, license, license_url
MATCH (c:Class)<-[k:CLASSIFIED_AS]-(t:Track)
WHERE c.recipe = $recipe
MATCH (t)<-[p:PERFORMS]-(a:Artist)
WITH c, k, t, p, a
ORDER BY t.id, p.position, a.id
WITH c, k, t, collect(a.name) AS artists
RETURN
  t.id AS track,
  t.name AS title,
  artists,
  c.name AS label,
  k.share AS share,
  k.policy AS policy,
  t.has_preview AS has_preview,
  t.popularity AS popularity,
  t.duration_ms AS duration_ms,
  t.album AS album,
  t.album_id AS album_id,
  t.release_date AS release_date,
  t.isrc AS isrc,
  t.source AS source,
  t.license AS license,
  t.license_url AS license_url
ORDER BY track, c.position, label
