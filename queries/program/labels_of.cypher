// For which classes did a selection choose one artist or track?
//
// Ids of artists and of tracks may be the same text: `kind` says which one is meant.
//
// Parameters:
//   $recipe: str    The recipe whose selection is meant.
//   $kind: str      Artist or Track.
//   $id: str        Its id.
// Columns:
//   class, policy, share, at
MATCH (c:Class {recipe: $recipe})<-[k:CLASSIFIED_AS]-(n {id: $id})
WHERE $kind IN labels(n)
RETURN c.name AS class, k.policy AS policy, k.share AS share, k.at AS at
ORDER BY c.position
