"""Invented sounds and the MP3 files that carry them."""
