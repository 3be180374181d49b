"""Deezer: artists, related artists, tracks, albums, playlists and previews."""
