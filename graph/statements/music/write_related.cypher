// RELATED_TO between existing artists.
UNWIND $rows AS row
MATCH (a:Artist {id: row.start})
MATCH (b:Artist {id: row.end})
MERGE (a)-[r:RELATED_TO {source: row.source}]->(b)
  ON CREATE SET r.first_seen_at = $at
SET r.rank = row.rank, r.score = row.score, r.last_seen_at = $at
RETURN count(*) AS found
