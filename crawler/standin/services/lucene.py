"""The part of Lucene's query language that clients of MusicBrainz' search use.

`field:"a phrase"`, `field:word`, `field:(a OR b)`, AND, OR (the default) and brackets.
"""

import re
from collections.abc import Callable

LookUp = Callable[[str, str], frozenset[str]]

_TOKEN = re.compile(
    r'\s*(?P<token>[()]|"(?:\\.|[^"\\])*"|(?:\\.|[^\s()":\\])+:?)(?=\s|.|$)', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
DEFAULT_FIELD = "artist"


class QueryError(ValueError):
    """A query that cannot be read."""


def found_by(query: str, look_up: LookUp) -> frozenset[str]:
    """What a query finds; `look_up(field, text)` says what one term finds.

    >>> names = {"tag a": {"x", "y"}, "tag b": {"y", "z"}}
    >>> def look_up(field: str, text: str) -> frozenset[str]:
    ...     return frozenset(names.get(f"{field} {text}", ()))
    >>> sorted(found_by('tag:"a" AND tag:b', look_up))
    ['y']
    >>> sorted(found_by("tag:(a OR b)", look_up))
    ['x', 'y', 'z']

    Raises:
        QueryError: Brackets or quotes that do not close, a field without a term.
    """
    reader = _Reader(_tokens(query), look_up)
    found = reader.alternatives(DEFAULT_FIELD)
    if not reader.at_end():
        raise QueryError(query)
    return found


def _tokens(query: str) -> list[str]:
    text, place, found = query.strip(), 0, []
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise QueryError(query)
        found.append(match["token"])
        place = match.end()
    return found


class _Reader:
    """Reads tokens from the left, one rule a method."""

    def __init__(self, tokens: list[str], look_up: LookUp) -> None:
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
        """Terms joined by OR, or by nothing."""
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
                raise QueryError("unclosed (")
            return found
        if term in {"", ")", "AND", "OR", "NOT"}:
            raise QueryError(term)
        if term.startswith('"'):
            return self._look_up(field, _ESCAPED.sub(r"\1", term[1:-1]))
        if term.endswith(":"):
            return self._term(term[:-1])
        return self._look_up(field, _ESCAPED.sub(r"\1", term))
