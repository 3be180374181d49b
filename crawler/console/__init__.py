"""What a run shows on a terminal: data, tables and progress."""
