// The live workers of a store of schema 2.
MATCH (w:Worker)
WHERE w.alive_until >= timestamp()
RETURN w.name AS name
ORDER BY name
