// Artists; an existing artist only gets the properties that it lacks.
UNWIND $rows AS row
MERGE (a:Artist {id: row.id})
  ON CREATE SET a += row.properties
WITH a, row.properties AS new
WHERE
  (a.name IS NULL AND new.name IS NOT NULL) OR
  (a.source IS NULL AND new.source IS NOT NULL) OR
  (a.url IS NULL AND new.url IS NOT NULL) OR
  (a.popularity IS NULL AND new.popularity IS NOT NULL) OR
  (a.followers IS NULL AND new.followers IS NOT NULL)
SET
  a.name = coalesce(a.name, new.name),
  a.source = coalesce(a.source, new.source),
  a.url = coalesce(a.url, new.url),
  a.popularity = coalesce(a.popularity, new.popularity),
  a.followers = coalesce(a.followers, new.followers)
