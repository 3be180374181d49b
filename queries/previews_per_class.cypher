// How many artists and tracks with a preview has each class, and how many without?
//
// An artist of several classes counts in each. `asked` artists were asked for their
// tracks, `heard` ones have a track with a preview; a track counts once in a class,
// however many of its artists carry it.
//
// Parameters:
//   $recipe: str                The recipe whose classes are meant.
//   $min_votes: int = 1         Fewest votes of a genre that counts.
//   $min_share: float = 0.15    Smallest share of a genre that counts.
// Columns:
//   class, artists, asked, heard, tracks, previews
MATCH (c:Class {recipe: $recipe})
OPTIONAL MATCH (c)<-[:IN_CLASS]-(:Genre)<-[h:HAS_GENRE]-(a:Artist)
WHERE
  coalesce(h.votes, $min_votes) >= $min_votes AND
  coalesce(h.share, 1.0) >= $min_share
WITH DISTINCT c, a
OPTIONAL MATCH (a)-[:PERFORMS]->(t:Track)
WITH DISTINCT c, a, t
WITH
  c,
  count(DISTINCT a) AS artists,
  count(DISTINCT
    CASE
      WHEN a.tracks_at IS NOT NULL THEN a
    END) AS asked,
  count(DISTINCT
    CASE
      WHEN t.has_preview THEN a
    END) AS heard,
  count(DISTINCT t) AS tracks,
  count(DISTINCT
    CASE
      WHEN t.has_preview THEN t
    END) AS previews
RETURN c.name AS class, artists, asked, heard, tracks, previews
ORDER BY c.position
