"""Export, import, copy and upgrade of graphs."""
