"""MusicBrainz' web service: who has which page, which artists carry a tag, which genres are.

API: https://musicbrainz.org/doc/MusicBrainz_API. One request takes up to 100 pages.
"""

import re
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from crawler.errors import BadAnswerError
from crawler.http.client import HttpClient
from crawler.http.responses import JsonResponse
from crawler.sources.json_reader import JsonObject, an_object
from crawler.sources.musicbrainz.votes import folded_votes
from crawler.sources.profile_urls import artist_on_any
from graph.model.genres import fold
from graph.model.music import ArtistId

SERVICE = "musicbrainz"
PAGES_PER_REQUEST = 100
ARTISTS_PER_PAGE = 100
GENRES_PER_QUERY = 20

_GENRES = "/ws/2/genre/all"
_MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# https://lucene.apache.org/core/9_0_0/queryparser: inside quotes only these two count.
_QUOTED = re.compile(r'(["\\])')


@dataclass(frozen=True, slots=True)
class Tagged:
    """An artist that a search by tags found.

    Attributes:
        votes: The sum of its votes for the genres asked about.
    """

    mbid: str
    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """One page of a search by tags; `last`: there is none after it."""

    artists: tuple[Tagged, ...]
    last: bool


class MusicBrainz:
    """MusicBrainz' part of the bulk genres. One method call is one request."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._spellings: Mapping[str, tuple[str, ...]] | None = None
        self._lock = threading.Lock()

    def mbids(self, pages: Sequence[str]) -> Mapping[ArtistId, frozenset[str]]:
        """The MBIDs that up to 100 pages of artists belong to.

        A page nobody linked is missing. A page with several MBIDs is one that several
        artists share (Deezer puts namesakes on one page).
        """
        path = "/ws/2/url"
        params = [("resource", page) for page in pages]
        params += [("inc", "artist-rels"), ("fmt", "json")]
        reply = self._client.get_json(SERVICE, path, params)
        if _is_unknown(path, reply):
            return {}
        found: dict[ArtistId, frozenset[str]] = {}
        for row in _urls(an_object(SERVICE, path, reply.value)):
            artist = artist_on_any(row.text("resource"))
            if artist is not None and (mbids := frozenset(_linked(row))):
                found[artist] = found.get(artist, frozenset()) | mbids
        return found

    def tagged(
        self, searched: Sequence[str], page: int, *, genres: Collection[str]
    ) -> TaggedPage:
        """The artists on one page (from 0) of a search for genre tags, best first.

        Best is who has most votes for `genres` together; among equals the order is that
        of the MBIDs, for MusicBrainz' own means nothing. Who has no vote is left out.

        Args:
            searched: Folded names, at most `GENRES_PER_QUERY` of them.
            page: Of 100 artists each.
            genres: Whose votes count. A search for "metal" finds "black metal" too.
        """
        path = "/ws/2/artist"
        params = {
            "query": self._query(searched),
            "limit": str(ARTISTS_PER_PAGE),
            "offset": str(page * ARTISTS_PER_PAGE),
            "fmt": "json",
        }
        reply = self._client.get_json(SERVICE, path, params)
        if reply.status != HTTPStatus.OK:
            raise _strange(path, reply)
        found = an_object(SERVICE, path, reply.value)
        artists = [_tagged(row, genres) for row in found.rows("artists")]
        kept = [one for one in artists if one.votes > 0]
        return TaggedPage(
            tuple(sorted(kept, key=lambda one: (-one.votes, one.mbid))),
            last=found.number("count") <= (page + 1) * ARTISTS_PER_PAGE,
        )

    def genre_names(self) -> tuple[str, ...]:
        """All genres, folded, sorted. Asked once in a run."""
        return tuple(sorted(self._spelt()))

    def _query(self, genres: Iterable[str]) -> str:
        """Tags are searched as they are spelt, "r&b" and not "r and b"."""
        spelt = self._spelt()
        names = [name for genre in genres for name in spelt.get(genre, (genre,))]
        quoted = (_QUOTED.sub(r"\\\1", name) for name in names)
        return " OR ".join(f'tag:"{name}"' for name in quoted)

    def _spelt(self) -> Mapping[str, tuple[str, ...]]:
        """The spellings of each folded genre."""
        with self._lock:
            if self._spellings is None:
                text = self._client.get_text(SERVICE, _GENRES, {"fmt": "txt"})
                self._spellings = _by_folded(text)
            return self._spellings


def _by_folded(text: str) -> Mapping[str, tuple[str, ...]]:
    spellings: dict[str, tuple[str, ...]] = {}
    for line in sorted({line.strip() for line in text.splitlines()} - {""}):
        folded = fold(line)
        spellings[folded] = (*spellings.get(folded, ()), line)
    if not spellings:
        raise BadAnswerError(SERVICE, f"{_GENRES} names no genre at all")
    return spellings


def _urls(reply: JsonObject) -> Iterable[JsonObject]:
    """One resource is answered by itself, several as a list."""
    return reply.rows("urls") if "urls" in reply.fields else (reply,)


def _linked(url: JsonObject) -> Iterable[str]:
    """The artists whose page this is; "ended" links were once true."""
    for relation in url.maybe_rows("relations"):
        artist = relation.maybe_row("artist")
        if artist is not None and not relation.maybe_flag("ended"):
            yield mbid_of(artist, "id")


def mbid_of(row: JsonObject, name: str) -> str:
    """A promised MBID."""
    mbid = row.text(name).lower()
    if not _MBID.fullmatch(mbid):
        what = f'{row.where} has "{mbid}" as "{name}" instead of an MBID'
        raise BadAnswerError(row.service, what)
    return mbid


def _tagged(row: JsonObject, genres: Collection[str]) -> Tagged:
    tags = [(tag.text("name"), tag.number("count")) for tag in row.maybe_rows("tags")]
    votes = folded_votes(tags)
    total = sum(count for genre, count in votes.items() if genre in genres)
    return Tagged(mbid_of(row, "id"), row.text("name"), total)


def _is_unknown(path: str, reply: JsonResponse) -> bool:
    """MusicBrainz' own 404 says so in JSON; any other is somebody else's."""
    if reply.status != HTTPStatus.NOT_FOUND:
        return False
    if isinstance(reply.value, dict) and "error" in reply.value:
        return True
    raise _strange(path, reply)


def _strange(path: str, reply: JsonResponse) -> BadAnswerError:
    return BadAnswerError(SERVICE, f"{path} was answered with status {reply.status}")
