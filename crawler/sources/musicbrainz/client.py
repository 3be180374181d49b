"""The web services of MusicBrainz and ListenBrainz, as values. One call is one request.

MusicBrainz (https://musicbrainz.org/doc/MusicBrainz_API) knows which artist a page
belongs to, which artists carry a tag, and which genres there are; one request takes up
to 100 pages. ListenBrainz
(https://listenbrainz.readthedocs.io/en/latest/users/api/metadata.html) serves
MusicBrainz' data about many artists at once: 50 a request, three requests a second. It
is therefore not a second opinion about genres.
"""

import re
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from crawler.errors import BadAnswerError
from crawler.http.client import HttpClient
from crawler.http.responses import JsonResponse
from crawler.sources.json_reader import JsonObject, an_object, objects
from crawler.sources.musicbrainz.service import ARTISTS_PER_PAGE, LISTENBRAINZ, NAME
from crawler.sources.registry import artist_on_any
from graph.model.genres import fold
from graph.model.music import ArtistId

GENRES_PER_QUERY = 20
# 60 were seen in use; the length of the address is the limit.
METADATA_PER_REQUEST = 50

_GENRES = "/ws/2/genre/all"
_METADATA = "/1/metadata/artist/"
_MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# https://lucene.apache.org/core/9_0_0/queryparser: inside quotes only these two count.
_QUOTED = re.compile(r'(["\\])')


@dataclass(frozen=True, slots=True)
class TaggedArtist:
    """An artist that a search by tags found.

    Attributes:
        votes: The sum of its votes for the requested genres.
    """

    mbid: str
    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """One page of a search by tags; `last` means that no page follows."""

    artists: tuple[TaggedArtist, ...]
    last: bool


@dataclass(frozen=True, slots=True)
class Metadata:
    """What ListenBrainz returns about an artist.

    Attributes:
        votes: Per folded genre; tags that are not genres are left out.
        pages: Its pages on other services.
    """

    mbid: str
    name: str
    votes: Mapping[str, int]
    pages: tuple[str, ...]


class MusicBrainzClient:
    """Identities and genres, from any thread."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._spellings: Mapping[str, tuple[str, ...]] | None = None
        self._lock = threading.Lock()

    def mbids(self, pages: Sequence[str]) -> Mapping[ArtistId, frozenset[str]]:
        """The MBIDs that up to 100 pages of artists belong to.

        A page that MusicBrainz does not link to is missing. A page with several MBIDs
        is shared by several artists (Deezer puts namesakes on one page).
        """
        path = "/ws/2/url"
        params = [("resource", page) for page in pages]
        params += [("inc", "artist-rels"), ("fmt", "json")]
        reply = self._client.get_json(NAME, path, params)
        if _is_unknown(path, reply):
            return {}
        found: dict[ArtistId, frozenset[str]] = {}
        for row in _urls(an_object(NAME, path, reply.value)):
            artist = artist_on_any(row.text("resource"))
            if artist is not None and (mbids := frozenset(_linked(row))):
                found[artist] = found.get(artist, frozenset()) | mbids
        return found

    def tagged(
        self, searched: Sequence[str], page: int, *, genres: Collection[str]
    ) -> TaggedPage:
        """The artists on one page (from 0) of a search for genre tags, best first.

        The best artist has the most votes for `genres` together. Artists with equal
        votes are ordered by MBID, because MusicBrainz' own order means nothing. Artists
        without votes are left out.

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
        reply = self._client.get_json(NAME, path, params)
        if reply.status != HTTPStatus.OK:
            raise _bad_status(NAME, path, reply)
        found = an_object(NAME, path, reply.value)
        artists = [_tagged(row, genres) for row in found.rows("artists")]
        kept = [one for one in artists if one.votes > 0]
        return TaggedPage(
            tuple(sorted(kept, key=lambda one: (-one.votes, one.mbid))),
            last=found.number("count") <= (page + 1) * ARTISTS_PER_PAGE,
        )

    def genre_names(self) -> tuple[str, ...]:
        """All genres, folded, sorted. Requested once in a run."""
        return tuple(sorted(self._all_spellings()))

    def metadata(self, mbids: Sequence[str]) -> Mapping[str, Metadata]:
        """ListenBrainz' data about up to 50 artists, by MBID; unknown ones are missing."""
        params = {"artist_mbids": ",".join(mbids), "inc": "tag"}
        reply = self._client.get_json(LISTENBRAINZ, _METADATA, params)
        if reply.status != HTTPStatus.OK:
            raise _bad_status(LISTENBRAINZ, _METADATA, reply)
        rows = objects(LISTENBRAINZ, _METADATA, reply.value)
        return {one.mbid: one for one in map(_metadata, rows)}

    def _query(self, genres: Iterable[str]) -> str:
        """Tags are searched as they are spelt, "r&b" and not "r and b"."""
        spelt = self._all_spellings()
        names = [name for genre in genres for name in spelt.get(genre, (genre,))]
        quoted = (_QUOTED.sub(r"\\\1", name) for name in names)
        return " OR ".join(f'tag:"{name}"' for name in quoted)

    def _all_spellings(self) -> Mapping[str, tuple[str, ...]]:
        """The spellings of each folded genre."""
        with self._lock:
            if self._spellings is None:
                text = self._client.get_text(NAME, _GENRES, {"fmt": "txt"})
                self._spellings = _by_folded(text)
            return self._spellings


def folded_votes(tags: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Votes per folded genre name, sorted by name.

    Mostly the same people vote for two spellings of one genre ("hip hop", "hip-hop"),
    so the stronger spelling counts, not the sum.

    >>> dict(folded_votes([("Hip-Hop", 3), ("hip hop", 5), ("trap", 1)]))
    {'hip hop': 5, 'trap': 1}
    """
    votes: dict[str, int] = {}
    for name, count in tags:
        folded = fold(name)
        if folded:
            votes[folded] = max(count, votes.get(folded, count))
    return dict(sorted(votes.items()))


def _by_folded(text: str) -> Mapping[str, tuple[str, ...]]:
    spellings: dict[str, tuple[str, ...]] = {}
    for line in sorted({line.strip() for line in text.splitlines()} - {""}):
        folded = fold(line)
        spellings[folded] = (*spellings.get(folded, ()), line)
    if not spellings:
        raise BadAnswerError(NAME, f"{_GENRES} names no genre at all")
    return spellings


def _urls(reply: JsonObject) -> Iterable[JsonObject]:
    """The rows of a reply: one resource is the reply itself, several are a list."""
    return reply.rows("urls") if "urls" in reply.fields else (reply,)


def _linked(url: JsonObject) -> Iterable[str]:
    """The artists whose page this is, without links that have ended."""
    for relation in url.maybe_rows("relations"):
        artist = relation.maybe_row("artist")
        if artist is not None and not relation.maybe_flag("ended"):
            yield _mbid(artist, "id")


def _mbid(row: JsonObject, name: str) -> str:
    """A promised MBID."""
    mbid = row.text(name).lower()
    if not _MBID.fullmatch(mbid):
        what = f'{row.where} has "{mbid}" as "{name}" instead of an MBID'
        raise BadAnswerError(row.service, what)
    return mbid


def _tagged(row: JsonObject, genres: Collection[str]) -> TaggedArtist:
    tags = [(tag.text("name"), tag.number("count")) for tag in row.maybe_rows("tags")]
    votes = folded_votes(tags)
    total = sum(count for genre, count in votes.items() if genre in genres)
    return TaggedArtist(_mbid(row, "id"), row.text("name"), total)


def _metadata(row: JsonObject) -> Metadata:
    mbid = _mbid(row, "artist_mbid")
    pages = row.maybe_row("rels")
    texts = pages.fields.values() if pages else ()
    return Metadata(
        mbid,
        row.text("name"),
        folded_votes(_genres(row)),
        tuple(page for page in texts if isinstance(page, str)),
    )


def _genres(row: JsonObject) -> list[tuple[str, int]]:
    """The tags that are genres: those that have a `genre_mbid`."""
    tag = row.maybe_row("tag")
    return [
        (one.text("tag"), one.number("count"))
        for one in (tag.maybe_rows("artist") if tag else ())
        if one.maybe_text("genre_mbid")
    ]


def _is_unknown(path: str, reply: JsonResponse) -> bool:
    """Whether MusicBrainz replied with its own 404, which is JSON with an error.

    Raises:
        BadAnswerError: A 404 of another kind, such as a proxy's.
    """
    if reply.status != HTTPStatus.NOT_FOUND:
        return False
    if isinstance(reply.value, dict) and "error" in reply.value:
        return True
    raise _bad_status(NAME, path, reply)


def _bad_status(service: str, path: str, reply: JsonResponse) -> BadAnswerError:
    return BadAnswerError(service, f"{path} was answered with status {reply.status}")
