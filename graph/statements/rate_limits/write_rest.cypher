// Nobody asks a service for so long; the longest wish holds.
MERGE (t:Turns {name: $name})
SET t.lock = true
WITH t, timestamp() AS now
SET t.lock = null
SET
  t.rest_until =
    CASE
      WHEN
        coalesce(t.rest_until, 0) < now + $milliseconds
        THEN now + $milliseconds
      ELSE t.rest_until
    END
RETURN t.rest_until AS rest_until, now
