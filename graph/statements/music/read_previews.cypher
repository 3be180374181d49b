// How many tracks with a preview each artist has; artists without any are omitted.
MATCH (t:Track)<-[:PERFORMS]-(a:Artist)
WHERE t.has_preview
RETURN a.id AS artist, count(t) AS previews
