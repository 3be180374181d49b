// Which artists are related to one artist, in either direction?
//
// `rank` is the neighbour's rank in the artist's list (1 is the nearest), `rank_back` the
// artist's rank in the neighbour's list; one of them is empty where only one lists the
// other. Each source has a row of its own.
//
// Parameters:
//   $artist: str    Its id, such as deezer:27.
// Columns:
//   artist, name, source, rank, rank_back
MATCH (a:Artist {id: $artist})-[r:RELATED_TO]-(b:Artist)
WITH DISTINCT a, b, r.source AS source
OPTIONAL MATCH (a)-[out:RELATED_TO {source: source}]->(b)
OPTIONAL MATCH (a)<-[back:RELATED_TO {source: source}]-(b)
RETURN
  b.id AS artist,
  b.name AS name,
  source,
  out.rank AS rank,
  back.rank AS rank_back
ORDER BY coalesce(rank, 1000000), coalesce(rank_back, 1000000), artist, source
