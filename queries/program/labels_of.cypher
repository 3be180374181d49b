// For which classes did a selection choose one artist or track?
//
// An artist and a track may have the same id: `kind` tells them apart.
//
// Parameters:
//   $recipe: str    The recipe whose selection to use.
//   $kind: str      Artist or Track.
//   $id: str        Its id.
// Columns:
//   class, policy, share, at
MATCH (c:Class {recipe: $recipe})<-[k:CLASSIFIED_AS]-(n {id: $id})
WHERE $kind IN labels(n)
RETURN c.name AS class, k.policy AS policy, k.share AS share, k.at AS at
ORDER BY c.position
