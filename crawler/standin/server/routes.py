"""The services that share a port: each behind its prefix, with its limit and refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.standin import limits
from crawler.standin.audio import Clips
from crawler.standin.http import Reply, ServiceApi
from crawler.standin.limits import (
    FixedWindow,
    Limiter,
    SlidingWindow,
    SlidingWindowWithRetryAfter,
    Unlimited,
)
from crawler.standin.services import deezer, listenbrainz, musicbrainz, spotify
from crawler.standin.services.previews import PreviewApi
from crawler.standin.services.spotify_accounts import App, TokenApi
from crawler.standin.world.world import World

# No limit is known there; the busiest second is counted all the same.
_NO_LIMIT = 1.0
READING = frozenset({"GET", "HEAD"})
POSTING = frozenset({"POST"})


@dataclass(frozen=True, slots=True)
class Route:
    """A service, its limit, how it refuses, and the HTTP methods that it takes."""

    service: ServiceApi
    window: float
    gate: Limiter
    refused: Callable[[], Reply]
    methods: frozenset[str] = READING


def make_routes(world: World, address: str, app: App) -> Mapping[str, Route]:
    """All services over a world, by prefix; `address` is the server's own."""
    previews = f"{address}/preview"
    return {
        "deezer": Route(
            deezer.DeezerApi(world, previews),
            limits.DEEZER.seconds,
            SlidingWindow(limits.DEEZER),
            deezer.refused,
        ),
        "musicbrainz": Route(
            musicbrainz.MusicBrainzApi(world),
            limits.MUSICBRAINZ.seconds,
            SlidingWindow(limits.MUSICBRAINZ),
            musicbrainz.refused,
        ),
        "listenbrainz": Route(
            listenbrainz.ListenBrainzApi(world),
            limits.LISTENBRAINZ.seconds,
            FixedWindow(limits.LISTENBRAINZ),
            listenbrainz.refused,
        ),
        "spotify": Route(
            spotify.SpotifyApi(world, app, previews),
            limits.SPOTIFY.seconds,
            SlidingWindowWithRetryAfter(limits.SPOTIFY),
            spotify.refused,
        ),
        "accounts": Route(
            TokenApi(app), _NO_LIMIT, Unlimited(), spotify.refused, POSTING
        ),
        "preview": Route(
            PreviewApi(world, Clips().of), _NO_LIMIT, Unlimited(), deezer.refused
        ),
    }
