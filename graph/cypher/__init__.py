"""Cypher as text: tokens, packaged statements and unsupported aggregates."""
