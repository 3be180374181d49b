// Until when a service must not be requested; null removes the pause.
MERGE (s:Source {name: $name})
SET s.paused_until = $until
