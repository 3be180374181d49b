"""The explorer page: the artist graph in one HTML file that needs no network."""
