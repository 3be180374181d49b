"""Cypher as text: tokens, packaged statements, and checks of queries."""
