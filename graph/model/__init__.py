"""The values of the music graph and of a crawl, and the schema."""
