"""A Cypher text as tokens and brackets: enough to tell what stands inside what. Pure.

No parser of Cypher for Python keeps pace with Neo4j's; this one knows quotes, comments,
brackets, CASE … END, and which words are names: after a dot, a label's colon or AS, and
keys of maps.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

_TOKEN = re.compile(
    r"""
    (?P<skipped> \s+ | //[^\n]* | /\*.*?\*/ )
    | (?P<quoted> '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `(?:``|[^`])*` | \$\w+ )
    | (?P<word> [^\W\d]\w* )
    | (?P<number> \d\w* (?:\.\d+)? )
    | (?P<sign> =~ | <= | >= | <> | \.\. | :: | . )
    """,
    re.DOTALL | re.VERBOSE,
)
_CLOSED_BY = {"(": ")", "[": "]", "{": "}", "CASE": "END"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a sign or a quoted text, and where it begins.

    Attributes:
        word: In capitals, where it may be a word of the language; a name has a "`"
            before it; else the text.
    """

    text: str
    start: int
    word: str


@dataclass(frozen=True, slots=True)
class Group:
    """What a bracket holds; `opened` is "(", "[", "{" or "CASE"."""

    opened: str
    nodes: tuple["Element", ...]
    start: int
    end: int


Element: TypeAlias = Token | Group


def tokenize(text: str) -> tuple[Element, ...]:
    """The text's tokens, those in brackets as groups; a bracket left open ends with it.

    >>> [
    ...     node.word
    ...     for node in tokenize("RETURN a.in AS not // x")
    ...     if isinstance(node, Token)
    ... ]
    ['RETURN', 'A', '.', '`in', 'AS', '`not']
    """
    nodes, _ = _nodes(list(_tokens(text)), 0, "")
    return nodes


def is_word(node: Element | None, *words: str) -> bool:
    """Whether a node is one of these words or signs."""
    return isinstance(node, Token) and node.word in words


def parts(nodes: Sequence[Element], *words: str) -> list[tuple[Element, ...]]:
    """Nodes between these words or signs."""
    found: list[tuple[Element, ...]] = []
    begin = 0
    for place, node in enumerate(nodes):
        if is_word(node, *words):
            found.append(tuple(nodes[begin:place]))
            begin = place + 1
    return [*found, tuple(nodes[begin:])]


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skipped":
            said = match[0]
            word = said.upper() if match.lastgroup == "word" else said
            yield Token(said, match.start(), word)


def _nodes(
    tokens: list[Token], place: int, opened: str
) -> tuple[tuple[Element, ...], int]:
    """What stands from `place` to the bracket's end, and the place after that."""
    nodes: list[Element] = []
    while place < len(tokens):
        token = _named(tokens, place, opened)
        place += 1
        if opened and token.word == _CLOSED_BY[opened]:
            break
        if token.word in _CLOSED_BY:
            inner, after = _nodes(tokens, place, token.word)
            last = tokens[min(after, len(tokens)) - 1]
            nodes.append(
                Group(token.word, inner, token.start, last.start + len(last.text))
            )
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
