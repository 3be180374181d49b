// What was asked of each service, and until when it rests.
MATCH (s:Source)
RETURN
  s.name AS name,
  coalesce(s.requests, 0) AS requests,
  s.paused_until AS paused_until
ORDER BY name
