"""The embedded store: its folder and its server."""
