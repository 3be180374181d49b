"""Links that open Neo4j Browser with a query of the graph: the links, and a page of them."""
