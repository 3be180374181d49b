// Which artists have one genre, the strongest first?
//
// The genre is written as `unmapped_genres` and Neo4j Browser show it: in small letters,
// such as "r and b". A `share` is that of the artist's strongest genre; 1.0 where the source counts
// no votes. An artist who has the genre from two sources stands twice.
//
// Parameters:
//   $genre: str                 The genre's name, such as "trip hop".
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
//   $limit: int = 50            Rows to return.
// Columns:
//   artist, name, share, votes, source
MATCH (:Genre {name: $genre})<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
RETURN
  a.id AS artist,
  a.name AS name,
  coalesce(h.share, 1.0) AS share,
  h.votes AS votes,
  h.source AS source
ORDER BY share DESC, coalesce(votes, 0) DESC, name, artist, source
LIMIT $limit
