"""The outside world (music services, audio files) and the command line."""
