// Genres.
UNWIND $rows AS row
MERGE (:Genre {name: row.name})
