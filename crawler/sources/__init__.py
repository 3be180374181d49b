"""The sources: one adapter per music service behind one interface."""
