// Tracks; an existing track only gets the properties that it lacks.
UNWIND $rows AS row
MERGE (t:Track {id: row.id})
  ON CREATE SET t += row.properties
WITH t, row.properties AS new
WHERE
  (t.isrc IS NULL AND new.isrc IS NOT NULL) OR
  (t.duration_ms IS NULL AND new.duration_ms IS NOT NULL) OR
  (t.explicit IS NULL AND new.explicit IS NOT NULL) OR
  (t.popularity IS NULL AND new.popularity IS NOT NULL) OR
  (t.album IS NULL AND new.album IS NOT NULL) OR
  (t.album_id IS NULL AND new.album_id IS NOT NULL) OR
  (t.release_date IS NULL AND new.release_date IS NOT NULL) OR
  (t.license IS NULL AND new.license IS NOT NULL) OR
  (t.license_url IS NULL AND new.license_url IS NOT NULL)
SET
  t.isrc = coalesce(t.isrc, new.isrc),
  t.duration_ms = coalesce(t.duration_ms, new.duration_ms),
  t.explicit = coalesce(t.explicit, new.explicit),
  t.popularity = coalesce(t.popularity, new.popularity),
  t.album = coalesce(t.album, new.album),
  t.album_id = coalesce(t.album_id, new.album_id),
  t.release_date = coalesce(t.release_date, new.release_date),
  t.license = coalesce(t.license, new.license),
  t.license_url = coalesce(t.license_url, new.license_url)
