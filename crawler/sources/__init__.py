"""The music services."""
