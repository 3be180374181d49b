// Some slices, without who holds them: nobody does in another store.
UNWIND $keys AS key
MATCH (n:Slice {id: key})
RETURN
  key,
  n {.id, .round, .position, .kind, .artists, .subject, .state} AS properties
