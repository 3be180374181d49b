"""The invented world of the tests of Spotify."""

from crawler.standin.world.spotify_ids import spotify_id
from graph.model.music import ArtistId


def artist_id(number: int) -> ArtistId:
    return ArtistId(f"spotify:{spotify_id('artist', number)}")
