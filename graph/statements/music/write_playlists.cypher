// Playlists; an existing playlist only gets the properties that it lacks.
UNWIND $rows AS row
MERGE (p:Playlist {id: row.id})
  ON CREATE SET p += row.properties
SET
  p.owner = coalesce(p.owner, row.properties.owner),
  p.track_count = coalesce(p.track_count, row.properties.track_count)
