// Who stands by and was seen lately.
MATCH (s:Standby)
WHERE s.seen >= timestamp() - $milliseconds
RETURN s.name AS name, s.since AS since, s.seen AS seen
ORDER BY name
