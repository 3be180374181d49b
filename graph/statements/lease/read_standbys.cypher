// The crawlers that stand by and were seen recently.
MATCH (s:Standby)
WHERE s.seen >= timestamp() - $milliseconds
RETURN s.name AS name, s.since AS since, s.seen AS seen
ORDER BY name
