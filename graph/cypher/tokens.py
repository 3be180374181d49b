"""Splits a Cypher text into tokens and nested brackets. Pure.

There is no Cypher parser for Python that follows the development of Neo4j's. This
tokenizer recognises quotes, comments, brackets and CASE … END. It also recognises names:
words after a dot, a label's colon or AS, and keys of maps.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

_TOKEN = re.compile(
    r"""
    (?P<skipped> \s+ | //[^\r\n]* | /\*.*?\*/ )
    | (?P<quoted> '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `(?:``|[^`])*` )
    | (?P<parameter> \$(?: \w+ | `(?:``|[^`])*` ) )
    | (?P<word> [^\W\d]\w* )
    | (?P<number> \d\w* (?:\.\d+)? )
    | (?P<operator> =~ | <= | >= | <> | \.\. | :: | . )
    """,
    re.DOTALL | re.VERBOSE,
)
_CLOSED_BY = {"(": ")", "[": "]", "{": "}", "CASE": "END"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, an operator, a quoted text or a parameter, and its position.

    Attributes:
        word: The text, in upper case if it may be a keyword; a name has a "`" before it.
    """

    text: str
    start: int
    word: str

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)

    @property
    def is_quoted(self) -> bool:
        """Whether it is a string or a quoted name."""
        return self.text[0] in "'\"`"


@dataclass(frozen=True, slots=True)
class Group:
    """The content of a bracket; `opened` is "(", "[", "{" or "CASE"."""

    opened: str
    nodes: tuple["Element", ...]
    start: int
    end: int


Element: TypeAlias = Token | Group


def tokenize(text: str) -> tuple[Element, ...]:
    """Return the tokens of a text, with brackets as groups.

    A bracket that is not closed ends with the text.

    >>> [
    ...     node.word
    ...     for node in tokenize("RETURN a.in AS not // x")
    ...     if isinstance(node, Token)
    ... ]
    ['RETURN', 'A', '.', '`in', 'AS', '`not']
    """
    nodes, _ = _nodes(list(scan(text)), 0, "")
    return nodes


def is_word(node: Element | None, *words: str) -> bool:
    """Whether a node is one of these words or operators."""
    return isinstance(node, Token) and node.word in words


def parts(nodes: Sequence[Element], *words: str) -> list[tuple[Element, ...]]:
    """Split nodes at these words or operators."""
    found: list[tuple[Element, ...]] = []
    begin = 0
    for place, node in enumerate(nodes):
        if is_word(node, *words):
            found.append(tuple(nodes[begin:place]))
            begin = place + 1
    return [*found, tuple(nodes[begin:])]


def scan(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, without white space and comments.

    Names are not marked in `word`, because that requires the brackets around them.

    >>> [token.text for token in scan("RETURN $a + $`b c` // '$d'")]
    ['RETURN', '$a', '+', '$`b c`']
    """
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skipped":
            found = match[0]
            word = found.upper() if match.lastgroup == "word" else found
            yield Token(found, match.start(), word)


def _nodes(
    tokens: list[Token], place: int, opened: str
) -> tuple[tuple[Element, ...], int]:
    """The nodes from `place` to the end of the bracket, and the place after it."""
    nodes: list[Element] = []
    while place < len(tokens):
        token = _named(tokens, place, opened)
        place += 1
        if opened and token.word == _CLOSED_BY[opened]:
            break
        if token.word in _CLOSED_BY:
            inner, after = _nodes(tokens, place, token.word)
            last = tokens[min(after, len(tokens)) - 1]
            nodes.append(Group(token.word, inner, token.start, last.end))
            place = after
        else:
            nodes.append(token)
    return tuple(nodes), place


def _named(tokens: list[Token], place: int, opened: str) -> Token:
    """The token, marked where it is a name."""
    token = tokens[place]
    before = tokens[place - 1].word if place else ""
    further = tokens[place - 2].word if place > 1 else ""
    after = tokens[place + 1].word if place + 1 < len(tokens) else ""
    is_key = opened == "{" and before in ("{", ",") and after == ":"
    is_value = opened == "{" and before == ":" and _is_key(tokens, place - 2)
    if is_key or before == "." or (before == ":" and not is_value):
        return replace(token, word=f"`{token.text}")
    if before == "AS" and further != ".":
        return replace(token, word=f"`{token.text}")
    return token


def _is_key(tokens: list[Token], place: int) -> bool:
    return place > 0 and tokens[place - 1].word in ("{", ",")
