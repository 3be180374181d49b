// Which artists have one genre, the strongest first?
//
// Browser adds the relations between them: a genre that is a scene is well connected.
//
// Parameters:
//   $genre: str                 The genre's name in lower case, such as "trip hop".
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $limit: int = 60            Artists to draw.
// Columns:
//   path
MATCH path = (:Genre {name: $genre})<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
RETURN path
ORDER BY coalesce(h.share, 1.0) DESC, coalesce(h.votes, 0) DESC, a.id
LIMIT $limit
