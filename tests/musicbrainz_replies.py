"""Replies of MusicBrainz and ListenBrainz, written by hand for the tests of their source."""

from crawler.sources import make_source
from crawler.sources.interface import Source
from graph.model import ArtistId
from tests.doors import door_to
from tests.misbehaving import Misbehaving

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


def source(server: Misbehaving) -> Source:
    return make_source("musicbrainz", door_to(server.url))
