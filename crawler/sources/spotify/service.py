"""Spotify's entry.

Spotify counts requests over 30 seconds and publishes no number (developer.spotify.com/
documentation/web-api/concepts/rate-limits): many report three a second as safe.
"""

import re

from crawler.http.service import HttpService
from crawler.sources.base import Capability, Terms
from crawler.sources.entry import AccountSetting, IdFormat, Pages, ServiceEntry
from graph.model.music import ArtistId

NAME = "spotify"
TOKEN_SERVICE = "spotify-token"  # noqa: S105 - a name

ARTISTS_PER_REQUEST = 50

# Spotify's artist for compilations; see Deezer's.
VARIOUS_ARTISTS = "0LyfQWJT6nXafLPZqxe9Of"


def parse_market(text: str) -> str:
    """A country code in capitals.

    Raises:
        ValueError: The text is not one.
    """
    if not re.fullmatch("[A-Za-z]{2}", text):
        hint = 'Write two letters, such as "US" or "DE".'
        raise ValueError("is not a country code", hint)
    return text.upper()


SERVICE = ServiceEntry(
    name=NAME,
    title="Spotify",
    adapter="crawler.sources.spotify.source:SpotifySource",
    capabilities={
        Capability.SEARCH: 1,
        Capability.ARTIST: 1,
        Capability.RELATED: 1,
        Capability.GENRES: ARTISTS_PER_REQUEST,
        Capability.TRACKS: 1,
        Capability.ALBUMS: 1,
        Capability.PLAYLISTS: 1,
        Capability.PREVIEWS: 1,
    },
    # https://developer.spotify.com/policy III and https://developer.spotify.com/terms IV,
    # version 10 of 2025-05-15: metadata count as content, research is no exception.
    terms=Terms(
        summary=(
            "Spotify forbids machine learning on anything of its: audio, and also names, "
            "genres, relations and every other metadata. It forbids databases of them "
            "beyond what an app needs to run, and copies of audio."
        ),
        url="https://developer.spotify.com/policy",
        accepting_means=(
            "I hold Spotify's written permission to keep this content, metadata included, "
            "and to use it for machine learning."
        ),
    ),
    terms_cover_metadata=True,
    http=(
        HttpService(
            NAME,
            "https://api.spotify.com",
            requests=90,
            seconds=30,
            publishes_limit=False,
            variable="GENREGRAPH_SPOTIFY_URL",
            version_path="/v1",
        ),
        HttpService(
            TOKEN_SERVICE,
            "https://accounts.spotify.com/api/token",
            requests=1,
            seconds=1,
            publishes_limit=False,
            variable="GENREGRAPH_SPOTIFY_TOKEN_URL",
        ),
    ),
    previews=HttpService(
        "spotify-previews",
        "https://p.scdn.co",
        requests=20,
        seconds=1,
        publishes_limit=False,
        previews_of=NAME,
    ),
    account=(
        AccountSetting("client_id", "SPOTIPY_CLIENT_ID"),
        AccountSetting("client_secret", "SPOTIPY_CLIENT_SECRET", secret=True),
        # The country whose catalogue is meant: a track that cannot be played there has
        # no preview.
        AccountSetting(
            "market", "GENREGRAPH_SPOTIFY_MARKET", default="US", parse=parse_market
        ),
    ),
    access_varies=True,
    known_artist=ArtistId("spotify:4tZwfgrHOc3mvqYlEYSvVi"),  # Daft Punk
    ids=IdFormat(
        "[0-9A-Za-z]{22}", "Spotify's ids are 22 letters and digits, as in its links"
    ),
    pages=Pages(
        artist="https://open.spotify.com/artist/{}",
        playlist="https://open.spotify.com/playlist/{}",
        track="https://open.spotify.com/track/{}",
        artist_pattern=(
            r"https?://open\.spotify\.com/(?:intl-[a-z]{2}/)?artist/"
            r"([0-9A-Za-z]{22})/?(?:[?#].*)?"
        ),
    ),
    not_artists=frozenset({VARIOUS_ARTISTS}),
)
