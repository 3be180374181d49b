// All HAS_GENRE.
MATCH (a:Artist)-[r:HAS_GENRE]->(g:Genre)
RETURN
  a.id AS artist,
  g.name AS genre,
  r.source AS source,
  r.votes AS votes,
  r.share AS share
