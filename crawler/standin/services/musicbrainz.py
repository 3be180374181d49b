"""MusicBrainz' web service: identities by URL, artists by tag, and the genre list.

Searches understand the part of Lucene's query language that clients use: `field:"a
phrase"`, `field:word`, `field:(a OR b)`, AND, OR (the default) and brackets.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from crawler.standin.http import (
    HTML,
    JsonObject,
    Reply,
    ServiceRequest,
    json_reply,
)
from crawler.standin.world.names import uuid_of
from crawler.standin.world.world import (
    MusicBrainzEntry,
    World,
    contains_phrase,
    words_of,
)

TermLookup = Callable[[str, str], frozenset[str]]

_TOKEN = re.compile(
    r'\s*(?P<token>[()]|"(?:\\.|[^"\\])*"|(?:\\.|[^\s()":\\])+:?)(?=\s|.|$)', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
DEFAULT_FIELD = "artist"
PAGE_SIZE = 25
MAX_PAGE_SIZE = 100
# URLs that one request may name.
MAX_URLS = 100
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_HELP = "For usage, please see: https://musicbrainz.org/development/mmd"


class QuerySyntaxError(ValueError):
    """A query with a syntax error."""


def search(query: str, look_up: TermLookup) -> frozenset[str]:
    """Evaluate a query; `look_up(field, text)` returns the matches of one term.

    >>> names = {"tag a": {"x", "y"}, "tag b": {"y", "z"}}
    >>> def look_up(field: str, text: str) -> frozenset[str]:
    ...     return frozenset(names.get(f"{field} {text}", ()))
    >>> sorted(search('tag:"a" AND tag:b', look_up))
    ['y']
    >>> sorted(search("tag:(a OR b)", look_up))
    ['x', 'y', 'z']

    Raises:
        QuerySyntaxError: A bracket or quote is not closed, or a field has no term.
    """
    parser = _QueryParser(_tokens(query), look_up)
    found = parser.alternatives(DEFAULT_FIELD)
    if not parser.at_end():
        raise QuerySyntaxError(query)
    return found


def _tokens(query: str) -> list[str]:
    text, place, found = query.strip(), 0, []
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise QuerySyntaxError(query)
        found.append(match["token"])
        place = match.end()
    return found


class _QueryParser:
    """A recursive-descent parser with one method per rule."""

    def __init__(self, tokens: list[str], look_up: TermLookup) -> None:
        self._tokens = tokens
        self._place = 0
        self._look_up = look_up

    def at_end(self) -> bool:
        return self._place >= len(self._tokens)

    def _peek(self) -> str:
        return "" if self.at_end() else self._tokens[self._place]

    def _take(self) -> str:
        token = self._peek()
        self._place += 1
        return token

    def alternatives(self, field: str) -> frozenset[str]:
        """Terms joined by OR or by nothing."""
        found = self._joined(field)
        while not self.at_end() and self._peek() != ")":
            if self._peek() == "OR":
                self._take()
            found |= self._joined(field)
        return found

    def _joined(self, field: str) -> frozenset[str]:
        found = self._term(field)
        while self._peek() == "AND":
            self._take()
            found &= self._term(field)
        return found

    def _term(self, field: str) -> frozenset[str]:
        term = self._take()
        if term == "(":
            found = self.alternatives(field)
            if self._take() != ")":
                raise QuerySyntaxError("unclosed (")
            return found
        if term in {"", ")", "AND", "OR", "NOT"}:
            raise QuerySyntaxError(term)
        if term.startswith('"'):
            return self._look_up(field, _ESCAPED.sub(r"\1", term[1:-1]))
        if term.endswith(":"):
            return self._term(term[:-1])
        return self._look_up(field, _ESCAPED.sub(r"\1", term))


def refused() -> Reply:
    """MusicBrainz' reply to a request beyond its rate limit."""
    message = "Your requests are exceeding the allowable rate limit."
    return json_reply({"error": message, "help": _HELP}, 503)


def _error(message: str, status: int = 400) -> Reply:
    return json_reply({"error": message, "help": _HELP}, status)


class MusicBrainzApi:
    """Answers from a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._searches: dict[str, tuple[MusicBrainzEntry, ...]] = {}
        self._calls: Mapping[str, Callable[[ServiceRequest], Reply]] = {
            "/ws/2/url": self._urls,
            "/ws/2/artist": self._search,
            "/ws/2/genre/all": self._genres,
        }

    def answer(self, request: ServiceRequest) -> Reply:
        """See `ServiceApi.answer`. A request without a User-Agent is refused with 403."""
        if not request.headers.get("user-agent", "").strip():
            return Reply(403, b"<html><body>403 Forbidden</body></html>", HTML)
        if request.value("fmt") not in {"json", "txt"}:
            # Without fmt=json the real service replies in XML.
            return Reply(200, b'<?xml version="1.0"?><metadata/>', "application/xml")
        call = self._calls.get(request.path)
        if call is not None:
            return call(request)
        artist = re.fullmatch(rf"/ws/2/artist/({_UUID})", request.path)
        return self._artist(artist[1], request) if artist else _error("Not Found", 404)

    def _urls(self, request: ServiceRequest) -> Reply:
        wanted = request.values("resource")
        if not 1 <= len(wanted) <= MAX_URLS:
            return _error(f"Between 1 and {MAX_URLS} resources, please.")
        related = "artist-rels" in _included(request)
        found = [_address(a, e, related=related) for a, e in self._known(wanted)]
        if len(wanted) == 1:
            return json_reply(found[0]) if found else _error("Not Found", 404)
        return json_reply({"url-count": len(found), "url-offset": 0, "urls": found})

    def _known(self, wanted: Sequence[str]) -> list[tuple[str, MusicBrainzEntry]]:
        """Known URLs, in an order that differs from that of the request."""
        pages = self._world.by_page
        known = ((a, pages[a]) for a in dict.fromkeys(wanted) if a in pages)
        return sorted(known, key=lambda pair: pair[1].mbid)

    def _search(self, request: ServiceRequest) -> Reply:
        query = request.value("query")
        if not query:
            return _error(
                "Must specify a least one parameter for browsing or searching."
            )
        try:
            found = self._found(query)
        except QuerySyntaxError:
            return _error("Unable to parse search: " + query)
        limit, offset = (
            min(MAX_PAGE_SIZE, request.number("limit", PAGE_SIZE)),
            request.number("offset", 0),
        )
        rows = [_row(entry, query) for entry in found[offset : offset + limit]]
        counts = {"count": len(found), "offset": offset}
        return json_reply(
            {"created": "2026-01-01T00:00:00.000Z", **counts, "artists": rows}
        )

    def _found(self, query: str) -> tuple[MusicBrainzEntry, ...]:
        # Cached, because clients read long results page by page.
        if query not in self._searches:
            entries = self._world.entries
            found = [entries[mbid] for mbid in search(query, self._look_up)]
            found.sort(key=lambda entry: (-_score(entry, query), entry.mbid))
            self._searches[query] = tuple(found)
        return self._searches[query]

    def _look_up(self, field: str, text: str) -> frozenset[str]:
        words = words_of(text)
        if field == "arid":
            return frozenset({text} & self._world.entries.keys())
        if field == "tag":
            near = _rarest(words, self._world.by_tag_word)
            return frozenset(e.mbid for e in near if _tagged(e, words))
        if field in {"artist", "name"}:
            near = _rarest(words, self._world.entries_by_word)
            return frozenset(
                e.mbid for e in near if contains_phrase(words_of(e.name), words)
            )
        return frozenset()

    def _genres(self, request: ServiceRequest) -> Reply:
        names = self._world.genre_names
        if request.value("fmt") == "txt":
            return Reply(200, "\n".join(names).encode(), "text/plain; charset=utf-8")
        limit, offset = (
            min(MAX_PAGE_SIZE, request.number("limit", PAGE_SIZE)),
            request.number("offset", 0),
        )
        rows = [_genre(name) for name in names[offset : offset + limit]]
        counts = {"genre-count": len(names), "genre-offset": offset}
        return json_reply({**counts, "genres": rows})

    def _artist(self, mbid: str, request: ServiceRequest) -> Reply:
        entry = self._world.entries.get(mbid)
        if entry is None:
            return _error("Not Found", 404)
        return json_reply({**_named(entry), **_extras(entry, _included(request))})


def _included(request: ServiceRequest) -> tuple[str, ...]:
    # In a query "+" is a space, but some clients send "%2B".
    return tuple((request.value("inc") or "").replace("+", " ").split())


def _rarest(
    words: Sequence[str], index: Mapping[str, tuple[MusicBrainzEntry, ...]]
) -> tuple[MusicBrainzEntry, ...]:
    return min((index.get(word, ()) for word in words), key=len, default=())


def _tagged(entry: MusicBrainzEntry, words: tuple[str, ...]) -> bool:
    return any(
        contains_phrase(words_of(name), words)
        for name, _ in (*entry.genres, *entry.tags)
    )


def _score(entry: MusicBrainzEntry, query: str) -> int:
    """100 for an exact name; otherwise lower the more tags an artist has."""
    if words_of(entry.name) == words_of(query.partition(":")[2]):
        return 100
    return max(1, 99 - 6 * (len(entry.genres) + len(entry.tags)))


def _named(entry: MusicBrainzEntry) -> JsonObject:
    return {
        "id": entry.mbid,
        "name": entry.name,
        "sort-name": entry.name.removeprefix("The "),
        "type": "Group",
        "disambiguation": "",
    }


def _row(entry: MusicBrainzEntry, query: str) -> JsonObject:
    tags = [{"count": v, "name": name} for name, v in (*entry.genres, *entry.tags)]
    row = {**_named(entry), "score": _score(entry, query)}
    return {**row, "tags": tags} if tags else row


def _genre(name: str) -> JsonObject:
    return {"id": uuid_of(name), "name": name, "disambiguation": ""}


def _extras(entry: MusicBrainzEntry, included: Sequence[str]) -> JsonObject:
    extras: JsonObject = {}
    if "genres" in included:
        extras["genres"] = [{**_genre(name), "count": v} for name, v in entry.genres]
    if "tags" in included:
        all_tags = (*entry.genres, *entry.tags)
        extras["tags"] = [{"name": name, "count": v} for name, v in all_tags]
    if "url-rels" in included:
        extras["relations"] = [_relation(page) for page in entry.pages]
    return extras


def _relation(page: str) -> JsonObject:
    return {
        **_link("forward", "url"),
        "url": {"id": uuid_of(page), "resource": page},
    }


def _link(direction: str, target: str) -> JsonObject:
    return {
        "type": "free streaming",
        "type-id": uuid_of("free streaming"),
        "direction": direction,
        "target-type": target,
        "attributes": [],
        "attribute-ids": {},
        "attribute-values": {},
        "begin": None,
        "end": None,
        "ended": False,
        "source-credit": "",
        "target-credit": "",
    }


def _address(address: str, entry: MusicBrainzEntry, *, related: bool) -> JsonObject:
    shape: JsonObject = {"id": uuid_of(address), "resource": address}
    if not related:
        return shape
    artist = {**_named(entry), "country": None, "type-id": uuid_of("Group")}
    return {**shape, "relations": [{**_link("backward", "artist"), "artist": artist}]}
