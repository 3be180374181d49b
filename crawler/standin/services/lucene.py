"""The part of Lucene's query language that clients of MusicBrainz' search use.

`field:"a phrase"`, `field:word`, `field:(a OR b)`, AND, OR (the default) and brackets.
"""

import re
from collections.abc import Callable

TermLookup = Callable[[str, str], frozenset[str]]

_TOKEN = re.compile(
    r'\s*(?P<token>[()]|"(?:\\.|[^"\\])*"|(?:\\.|[^\s()":\\])+:?)(?=\s|.|$)', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
DEFAULT_FIELD = "artist"


class QuerySyntaxError(ValueError):
    """A query that cannot be read."""


def search(query: str, look_up: TermLookup) -> frozenset[str]:
    """What a query finds; `look_up(field, text)` says what one term finds.

    >>> names = {"tag a": {"x", "y"}, "tag b": {"y", "z"}}
    >>> def look_up(field: str, text: str) -> frozenset[str]:
    ...     return frozenset(names.get(f"{field} {text}", ()))
    >>> sorted(search('tag:"a" AND tag:b', look_up))
    ['y']
    >>> sorted(search("tag:(a OR b)", look_up))
    ['x', 'y', 'z']

    Raises:
        QuerySyntaxError: Brackets or quotes that do not close, a field without a term.
    """
    reader = _Reader(_tokens(query), look_up)
    found = reader.alternatives(DEFAULT_FIELD)
    if not reader.at_end():
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


class _Reader:
    """Reads tokens from the left, one rule a method."""

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
                raise QuerySyntaxError("unclosed (")
            return found
        if term in {"", ")", "AND", "OR", "NOT"}:
            raise QuerySyntaxError(term)
        if term.startswith('"'):
            return self._look_up(field, _ESCAPED.sub(r"\1", term[1:-1]))
        if term.endswith(":"):
            return self._term(term[:-1])
        return self._look_up(field, _ESCAPED.sub(r"\1", term))
