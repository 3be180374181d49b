"""The services that the stand-in imitates."""
