// IN_CLASS between existing genres and classes.
UNWIND $rows AS row
MATCH (g:Genre {name: row.genre})
MATCH (c:Class {id: row.class})
MERGE (g)-[:IN_CLASS]->(c)
RETURN count(*) AS found
