// Which genres without a class are the most common?
//
// These are candidates for the recipe's patterns: `classless_artists` have the genre and no
// class, so a pattern that matches the genre would add them.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
//   $limit: int = 50            Rows to return.
// Columns:
//   genre, artists, classless_artists
MATCH (g:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share AND
  NOT EXISTS {
    MATCH (g)-[:IN_CLASS]->(:Class {recipe: $recipe})
  }
WITH DISTINCT g, a
OPTIONAL MATCH
  (a)-[k:HAS_GENRE]->(:Genre)-[:IN_CLASS]->(c:Class {recipe: $recipe})
WHERE
  coalesce(k.votes, $min_votes) >= $min_votes AND
  coalesce(k.share, 1.0) >= $min_share
WITH g, a, count(c) AS classes
WITH
  g,
  count(a) AS artists,
  sum(
    CASE
      WHEN classes = 0 THEN 1
      ELSE 0
    END) AS classless_artists
RETURN g.name AS genre, artists, classless_artists
ORDER BY artists DESC, genre
LIMIT $limit
