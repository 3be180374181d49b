// The work items of a round; existing ones are left unchanged.
UNWIND $rows AS row
MERGE (w:WorkItem {id: row.id})
  ON CREATE SET w += row.properties
