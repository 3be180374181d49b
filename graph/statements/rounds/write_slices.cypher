// The parts of a round; those that are there are left alone.
UNWIND $rows AS row
MERGE (s:Slice {id: row.id})
  ON CREATE SET s += row.properties
