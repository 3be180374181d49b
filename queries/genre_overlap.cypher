// Which pairs of genres do the same artists have?
//
// Each pair is listed once, in alphabetical order, with the number of artists that have
// both genres and either of them. Genres without a class are included.
//
// Parameters:
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $min_artists: int = 2       Fewest common artists to list.
//   $limit: int = 50            Rows to return.
// Columns:
//   genre, other, artists, genre_artists, other_artists
MATCH (g:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT g, a
MATCH (a)-[k:HAS_GENRE]->(o:Genre)
WHERE
  o.name > g.name AND
  coalesce(k.votes, $min_votes) >= $min_votes AND
  coalesce(k.share, 1.0) >= $min_share
WITH g, o, count(DISTINCT a) AS artists
WHERE artists >= $min_artists
WITH g, o, artists
ORDER BY artists DESC, g.name, o.name
LIMIT $limit
MATCH (g)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH g, o, artists, count(DISTINCT a) AS genre_artists
MATCH (o)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH g, o, artists, genre_artists, count(DISTINCT a) AS other_artists
RETURN g.name AS genre, o.name AS other, artists, genre_artists, other_artists
ORDER BY artists DESC, genre, other
