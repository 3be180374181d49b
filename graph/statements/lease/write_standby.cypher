// Record that a crawler stands by.
MERGE (s:Standby {name: $name})
  ON CREATE SET s.since = timestamp()
SET s.seen = timestamp()
