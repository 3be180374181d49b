"""Questions about the whole artist graph, answered by networkx: one method per file."""
