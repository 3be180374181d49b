// The turns booked at a service; its book is locked by who writes them.
MATCH (t:Turns {name: $name})
SET t.ends = $ends, t.last = $last, t.slot = $slot
