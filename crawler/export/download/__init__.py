"""Downloading and checking clips."""
