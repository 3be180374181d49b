"""The services that share a port: each behind its prefix, with its limit and refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.standin.audio.clips import Clips
from crawler.standin.protocol import limits
from crawler.standin.protocol.limits import Gate, Open, Rolling, Sliding, Stepwise
from crawler.standin.protocol.messages import Reply, Service
from crawler.standin.services import deezer, listenbrainz, musicbrainz, spotify
from crawler.standin.services.previews import Previews
from crawler.standin.services.spotify_accounts import Accounts, App
from crawler.standin.world.world import World

# No limit is known there; the busiest second is counted all the same.
_NO_LIMIT = 1.0
READING = frozenset({"GET", "HEAD"})
POSTING = frozenset({"POST"})


@dataclass(frozen=True, slots=True)
class Desk:
    """A service, its limit, how it refuses, and the HTTP methods that it takes."""

    service: Service
    window: float
    gate: Gate
    refused: Callable[[], Reply]
    methods: frozenset[str] = READING


def desks(world: World, address: str, app: App) -> Mapping[str, Desk]:
    """All services over a world, by prefix; `address` is the server's own."""
    previews = f"{address}/preview"
    return {
        "deezer": Desk(
            deezer.Deezer(world, previews),
            limits.DEEZER.seconds,
            Sliding(limits.DEEZER),
            deezer.refused,
        ),
        "musicbrainz": Desk(
            musicbrainz.MusicBrainz(world),
            limits.MUSICBRAINZ.seconds,
            Sliding(limits.MUSICBRAINZ),
            musicbrainz.refused,
        ),
        "listenbrainz": Desk(
            listenbrainz.ListenBrainz(world),
            limits.LISTENBRAINZ.seconds,
            Stepwise(limits.LISTENBRAINZ),
            listenbrainz.refused,
        ),
        "spotify": Desk(
            spotify.Spotify(world, app, previews),
            limits.SPOTIFY.seconds,
            Rolling(limits.SPOTIFY),
            spotify.refused,
        ),
        "accounts": Desk(Accounts(app), _NO_LIMIT, Open(), spotify.refused, POSTING),
        "preview": Desk(Previews(world, Clips().of), _NO_LIMIT, Open(), deezer.refused),
    }
