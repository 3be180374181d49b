"""Links that open Neo4j Browser with a query of the graph, and a page with such links."""
