// Which questions were answered or failed; null removes a property.
//
// The time is one parameter instead of a column, because the driver encodes times slowly.
UNWIND $rows AS row
MATCH (a:Artist {id: row.id})
SET a += row.properties
SET
  a.identity_at =
    CASE
      WHEN 'identity_at' IN row.times THEN $at
      ELSE a.identity_at
    END,
  a.identity_failed_at =
    CASE
      WHEN 'identity_failed_at' IN row.times THEN $at
      ELSE a.identity_failed_at
    END,
  a.genres_at =
    CASE
      WHEN 'genres_at' IN row.times THEN $at
      ELSE a.genres_at
    END,
  a.genres_failed_at =
    CASE
      WHEN 'genres_failed_at' IN row.times THEN $at
      ELSE a.genres_failed_at
    END,
  a.related_at =
    CASE
      WHEN 'related_at' IN row.times THEN $at
      ELSE a.related_at
    END,
  a.related_failed_at =
    CASE
      WHEN 'related_failed_at' IN row.times THEN $at
      ELSE a.related_failed_at
    END,
  a.tracks_at =
    CASE
      WHEN 'tracks_at' IN row.times THEN $at
      ELSE a.tracks_at
    END,
  a.tracks_failed_at =
    CASE
      WHEN 'tracks_failed_at' IN row.times THEN $at
      ELSE a.tracks_failed_at
    END
RETURN count(*) AS found
