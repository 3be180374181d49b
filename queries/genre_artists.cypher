// Which artists have one genre, the strongest first?
//
// Write the genre as `unmapped_genres` and Neo4j Browser show it: in lower case, such as
// "r and b". `share` is relative to the artist's strongest genre, and 1.0 where the source
// counts no votes. An artist that has the genre from two sources is listed twice.
//
// Parameters:
//   $genre: str                 The genre's name, such as "trip hop".
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
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
