// Until when a service must not be asked; a null takes it away.
MERGE (s:Source {name: $name})
SET s.paused_until = $until
