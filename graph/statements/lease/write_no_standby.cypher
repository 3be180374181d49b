// Remove a standby, and those that were not seen for a long time.
MATCH (s:Standby)
WHERE s.name = $name OR s.seen < timestamp() - $milliseconds
DELETE s
