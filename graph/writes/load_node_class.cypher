// Class nodes as they were moved out of a store.
UNWIND $rows AS row
MERGE (n:Class {id: row.key})
SET n += row.properties
