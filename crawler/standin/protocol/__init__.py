"""What all stand-in services share: messages, limits and faults."""
