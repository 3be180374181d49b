"""The store on a Bolt database: Neo4j, Aura or the embedded one."""
