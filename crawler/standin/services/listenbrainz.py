"""ListenBrainz' artist metadata: genres with votes, fifty artists per request."""

import re

from crawler.standin.http import (
    JsonObject,
    Reply,
    ServiceRequest,
    json_reply,
)
from crawler.standin.world.names import uuid_of
from crawler.standin.world.world import SPOTIFY_PAGE, MusicBrainzEntry, World

PATH = "/1/metadata/artist/"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_ON_SPOTIFY = SPOTIFY_PAGE.format("")


def refused() -> Reply:
    """ListenBrainz' reply to a request beyond its rate limit."""
    return _error(429, "Too many requests")


def _error(status: int, message: str) -> Reply:
    return json_reply({"code": status, "error": message}, status)


class ListenBrainzApi:
    """Answers from a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: ServiceRequest) -> Reply:
        """See `ServiceApi.answer`."""
        if request.path == PATH.rstrip("/"):
            moved = f"{request.base}{PATH}?{request.raw_query}"
            return Reply(308, b"", headers=(("Location", moved),))
        if request.path != PATH:
            return _error(404, "The requested URL was not found on the server.")
        mbids = request.value("artist_mbids")
        if mbids is None:
            return _error(400, "artist_mbids argument must be present")
        return self._metadata(
            mbids, tagged="tag" in (request.value("inc") or "").split()
        )

    def _metadata(self, text: str, *, tagged: bool) -> Reply:
        mbids = [mbid.strip() for mbid in text.split(",")]
        invalid = [mbid for mbid in mbids if not _UUID.fullmatch(mbid)]
        if invalid:
            return _error(400, f"artist mbid {invalid[0]} is not valid.")
        # Unknown artists are absent, and the order differs from that of the request.
        known = sorted(set(mbids) & self._world.entries.keys())
        return json_reply([_item(self._world.entries[m], tagged=tagged) for m in known])


def _item(entry: MusicBrainzEntry, *, tagged: bool) -> JsonObject:
    item: JsonObject = {
        "artist_mbid": entry.mbid,
        "name": entry.name,
        "area": "Nowhere",
        "begin_year": 1990,
        "type": "Group",
        "rels": _pages(entry),
    }
    if tagged:
        item["tag"] = {"artist": _tags(entry)}
    return item


def _pages(entry: MusicBrainzEntry) -> JsonObject:
    """One page per type, the first of several; a page on Spotify is always listed."""
    if not entry.pages:
        return {}
    first, *others = entry.pages
    spotify = [page for page in others if page.startswith(_ON_SPOTIFY)]
    listed: JsonObject = {"free streaming": first}
    if spotify and not first.startswith(_ON_SPOTIFY):
        listed["streaming"] = spotify[0]
    return listed


def _tags(entry: MusicBrainzEntry) -> list[JsonObject]:
    """Only genres have a `genre_mbid`. The strongest comes last, to expose wrong readers."""
    genres: list[JsonObject] = [
        {**_tag(entry, name, votes), "genre_mbid": uuid_of(name)}
        for name, votes in entry.genres
    ]
    return [*(_tag(entry, name, votes) for name, votes in entry.tags), *genres[::-1]]


def _tag(entry: MusicBrainzEntry, name: str, votes: int) -> JsonObject:
    return {"artist_mbid": entry.mbid, "tag": name, "count": votes}
