// Which MusicBrainz artist an artist is. Of several answers the smallest MBID is kept, so
// that their order does not matter.
UNWIND $rows AS row
MATCH (a:Artist {id: row.id})
WITH a, row, coalesce(row.mbid < a.mbid, true) AS better
SET
  a.identified_by =
    CASE
      WHEN better THEN row.identified_by
      ELSE a.identified_by
    END,
  a.mbid =
    CASE
      WHEN better THEN row.mbid
      ELSE a.mbid
    END
RETURN count(*) AS found
