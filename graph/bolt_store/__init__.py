"""The store on a database that speaks Bolt: Neo4j, Aura or the embedded one."""
