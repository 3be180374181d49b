"""The invented world that the stand-in serves."""
