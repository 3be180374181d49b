"""The explorer page: the artist graph in one HTML file that works offline."""
