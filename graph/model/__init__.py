"""The values of the music graph and of a crawl, the lease, and the schema. Pure."""
