// Some work items.
UNWIND $keys AS key
MATCH (n:WorkItem {id: key})
RETURN
  key,
  n {.id, .round, .position, .kind, .artists, .subject, .state} AS properties
