// What was requested of each service, until when it must not be asked, and the time.
MATCH (s:Source)
RETURN
  s.name AS name,
  coalesce(s.requests, 0) AS requests,
  s.paused_until AS paused_until,
  timestamp() AS now
ORDER BY name
