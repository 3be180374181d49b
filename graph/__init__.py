"""What the music graph is, and how it is kept."""
