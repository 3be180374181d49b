"""Queries and analyses of the graph; they only read."""
