// HAS_GENRE between existing artists and genres.
UNWIND $rows AS row
MATCH (a:Artist {id: row.artist})
MATCH (g:Genre {name: row.genre})
MERGE (a)-[r:HAS_GENRE {source: row.source}]->(g)
  ON CREATE SET r.first_seen_at = $at
SET r.votes = row.votes, r.share = row.share, r.last_seen_at = $at
RETURN count(*) AS found
