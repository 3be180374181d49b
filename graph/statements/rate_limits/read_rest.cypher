// Until when a service rests, and the time.
OPTIONAL MATCH (t:Turns {name: $name})
RETURN coalesce(t.rest_until, 0) AS rest_until, timestamp() AS now
