"""Bolt: connecting, transactions, errors and reconnecting."""
