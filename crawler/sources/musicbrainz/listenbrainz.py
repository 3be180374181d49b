"""ListenBrainz' metadata: genres with votes and pages of many artists at once.

API: https://listenbrainz.readthedocs.io/en/latest/users/api/metadata.html. The data are
MusicBrainz', so this is no second opinion, but 50 artists a request and three requests
a second. Similar artists, scored, are the seam for a source of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from crawler.errors import BadAnswerError
from crawler.http.client import HttpClient
from crawler.sources.json_reader import JsonObject, objects
from crawler.sources.musicbrainz.client import mbid_of
from crawler.sources.musicbrainz.votes import folded_votes

SERVICE = "listenbrainz"
# 60 were seen in use; the address' length is the limit.
ARTISTS_PER_REQUEST = 50


@dataclass(frozen=True, slots=True)
class Metadata:
    """What ListenBrainz knows of an artist.

    Attributes:
        votes: Per folded genre; other tags are left out.
        pages: Its pages on other services.
    """

    mbid: str
    name: str
    votes: Mapping[str, int]
    pages: tuple[str, ...]


class ListenBrainz:
    """ListenBrainz' part of the bulk genres. One method call is one request."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def metadata(self, mbids: Sequence[str]) -> Mapping[str, Metadata]:
        """What is known of up to 50 artists, by MBID; unknown ones are missing."""
        path = "/1/metadata/artist/"
        params = {"artist_mbids": ",".join(mbids), "inc": "tag"}
        reply = self._client.get_json(SERVICE, path, params)
        if reply.status != HTTPStatus.OK:
            what = f"{path} was answered with status {reply.status}"
            raise BadAnswerError(SERVICE, what)
        rows = objects(SERVICE, path, reply.value)
        return {one.mbid: one for one in map(_metadata, rows)}


def _metadata(row: JsonObject) -> Metadata:
    mbid = mbid_of(row, "artist_mbid")
    pages = row.maybe_row("rels")
    texts = pages.fields.values() if pages else ()
    return Metadata(
        mbid,
        row.text("name"),
        folded_votes(_genres(row)),
        tuple(page for page in texts if isinstance(page, str)),
    )


def _genres(row: JsonObject) -> list[tuple[str, int]]:
    """Tags that are genres: `genre_mbid` is there if and only if the tag is one."""
    tag = row.maybe_row("tag")
    return [
        (one.text("tag"), one.number("count"))
        for one in (tag.maybe_rows("artist") if tag else ())
        if one.maybe_text("genre_mbid")
    ]
