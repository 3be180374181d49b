"""The artist graph as files that other programs read: one module per family of formats."""
