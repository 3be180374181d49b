// Genre nodes as they were moved out of a store.
UNWIND $rows AS row
MERGE (n:Genre {name: row.key})
SET n += row.properties
