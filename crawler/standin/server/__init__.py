"""The local HTTP server that plays the services."""
