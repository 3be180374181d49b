"""Checking a finished data set."""
