// Selection nodes as they were moved out of a store.
UNWIND $rows AS row
MERGE (n:Selection {recipe: row.key})
SET n += row.properties
