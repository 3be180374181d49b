"""What a run prints: data to stdout, progress to stderr."""
