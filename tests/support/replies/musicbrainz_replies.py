"""Replies of MusicBrainz and ListenBrainz, written by hand for the tests of their source."""

from collections.abc import Iterator
from contextlib import contextmanager

from crawler.sources.base import Source
from crawler.sources.registry import make_source
from graph.model.music import ArtistId
from tests.support.crawl_context import door_to
from tests.support.servers.faulty_source import FaultySource, answer, html

LIST = "/ws/2/genre/all"


META = "/1/metadata/artist/"


def mbid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def deezer(number: int) -> ArtistId:
    return ArtistId(f"deezer:{number}")


def page(number: int) -> str:
    return f"https://www.deezer.com/artist/{number}"


def metadata(one: str, tags: dict[str, int], **rels: str) -> dict:
    return {
        "artist_mbid": one,
        "name": "Ana",
        "area": "Nowhere",
        "begin_year": 1999,
        "rels": rels,
        "tag": {
            "artist": [
                {"artist_mbid": one, "tag": name, "count": count}
                | ({} if name == "seen live" else {"genre_mbid": mbid(77)})
                for name, count in tags.items()
            ]
        },
    }


def source(server: FaultySource) -> Source:
    return make_source("musicbrainz", door_to(server.url))


@contextmanager
def musicbrainz() -> Iterator[FaultySource]:
    """Both services with a list of genres; they know no page and no artist."""
    genres = "r&b\nhip hop\nhip-hop\nblack metal\nmetal\n"
    scripts = {
        LIST: [answer(genres.encode(), content_type="text/plain")],
        META: [answer([])],
    }
    with FaultySource([html(404)], acts_by_path=scripts) as server:
        yield server
