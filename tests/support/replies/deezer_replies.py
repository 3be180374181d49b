"""Replies of Deezer, written by hand for the tests of its source."""

from crawler.sources.base import Source
from crawler.sources.registry import make_source
from graph.model.music import ArtistId
from tests.support.crawl_context import door_to
from tests.support.fakes import FakeClock
from tests.support.servers.faulty_source import FaultySource

A27 = ArtistId("deezer:27")


def artist(number: int, name: str = "Ana Quietzone", **more: object) -> dict:
    return {
        "id": number,
        "name": name,
        "link": f"https://www.deezer.com/artist/{number}",
        "picture": f"https://example.invalid/artist/{number}/image",
        "nb_album": 3,
        "nb_fan": number * 10,
        "radio": True,
        "tracklist": f"https://example.invalid/artist/{number}/top?limit=50",
        "type": "artist",
    } | more


def listed(*rows: dict, **more: object) -> dict:
    return {"data": list(rows), "total": len(rows)} | more


def deezer(server: FaultySource, clock: FakeClock | None = None) -> Source:
    return make_source("deezer", door_to(server.url, clock))
