// The work items of a round; those that are there are left alone.
UNWIND $rows AS row
MERGE (w:WorkItem {id: row.id})
  ON CREATE SET w += row.properties
