// How many artists and tracks with and without a preview does each class have?
//
// An artist with several classes counts in each. `asked`: artists whose tracks were
// requested; `heard`: artists that have a track with a preview. A track counts once per
// class, however many of its artists carry it.
//
// Parameters:
//   $recipe: str                The recipe whose classes to use.
//   $min_votes: int = 1         Fewest votes for a genre to count.
//   $min_share: float = 0.15    Smallest share for a genre to count.
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
