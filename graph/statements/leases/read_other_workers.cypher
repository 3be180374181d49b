// The others who are at work.
MATCH (w:Worker)
WHERE w.name <> $name AND w.alive_until >= timestamp()
RETURN w.name AS name
ORDER BY name
