"""The embedded store: its folder, its lock and its server."""
