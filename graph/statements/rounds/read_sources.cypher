// The number of requests and the pause of each service, and the server's time.
MATCH (s:Source)
RETURN
  s.name AS name,
  coalesce(s.requests, 0) AS requests,
  s.paused_until AS paused_until,
  timestamp() AS now
ORDER BY name
