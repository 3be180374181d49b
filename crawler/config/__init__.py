"""The settings of one run: their schema, and where they come from."""
