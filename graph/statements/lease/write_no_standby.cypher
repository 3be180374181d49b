// A crawler does not stand by any more, nor do those that were not seen for long.
MATCH (s:Standby)
WHERE s.name = $name OR s.seen < timestamp() - $milliseconds
DELETE s
