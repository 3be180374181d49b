"""Notes on a query that finds nothing or less than meant: the unknown names in it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from crawler.selection.lookup import NodeKind, is_known, suggest_artists
from crawler.text import nearest
from graph.cypher.tokens import Element, Group, Token, is_word, tokenize
from graph.model.genres import fold
from graph.model.schema import KEYS, PROPERTIES, RELATIONS
from graph.store import Store
from queries.catalog import Query
from queries.cypher import code

_ARTISTS = ("artist", "start", "end")
_GENRE = "genre"
# The label or type after a bracket and an optional name: (a:Artist), [r:RELATED_TO*..3].
_PATTERN = re.compile(r"(?P<bracket>[(\[])\s*\w*\s*:\s*(?P<names>[\w:|&!]+)")


def unknown_values(
    store: Store, query: Query, given: Mapping[str, str]
) -> Iterator[str]:
    """A note for each value of a shipped query that names nothing in the graph."""
    declared = {parameter.name for parameter in query.parameters if query.question}
    for name in _ARTISTS:
        text = given.get(name)
        if name in declared and text and not is_known(store, text, NodeKind.ARTIST):
            yield f'note: the graph holds no artist "{text}". {suggest_artists(store, text)}'
    genre = given.get(_GENRE)
    if _GENRE in declared and genre and genre not in (known := store.genres()):
        yield f'note: the graph holds no genre "{genre}"{_near(fold(genre), known)}'


def _near(name: str, known: Iterable[str]) -> str:
    """The nearest of many, if one is near: the whole list would be too long."""
    near = nearest(name, sorted(known))
    return f"; {near}" if near.startswith("did") else ""


def unknown_names(text: str) -> Iterator[str]:
    """A note for each label and relation type that the model does not have.

    A pattern with a wrong one matches nothing, and the database does not report it.

    >>> list(unknown_names("MATCH (a:Artst)-[:RELATED_TO]->({id:1}) RETURN a"))
    ['note: genregraph writes no label "Artst"; did you mean "Artist"?']
    """
    written = dict.fromkeys(
        (found["bracket"], name)
        for found in _PATTERN.finditer(code(text))
        for name in re.findall(r"\w+", found["names"])
    )
    for bracket, name in written:
        what, known = ("label", KEYS) if bracket == "(" else ("relation", RELATIONS)
        if name not in known:
            yield f'note: genregraph writes no {what} "{name}"; {nearest(name, known)}'
    yield from _unknown_properties(text)


def _unknown_properties(text: str) -> Iterator[str]:
    """A note for each property of a node or relation that the model does not have.

    Only variables count that a pattern gives a label or type and that are bound once.

    >>> list(_unknown_properties("MATCH (a:Artist {idd: 1}) RETURN a.nmae, $row.x"))
    ['note: genregraph writes no property "idd"; did you mean "id"?', 'note: genregraph writes no property "nmae"; did you mean "name"?']
    """
    nodes = tokenize(text)
    groups = [nodes, *_groups(nodes, "([{CASE")]
    patterns = [one for one in _groups(nodes, "([") if _is_pattern(one)]
    named = {one[0].text for one in patterns if isinstance(one[0], Token)}
    rebound = {name for group in groups for name in _rebound(group)}
    used = [
        *(key for one in patterns for key in _keys(one)),
        *(name for group in groups for name in _fields(group, named - rebound)),
    ]
    for name in dict.fromkeys(used):
        if name not in PROPERTIES:
            yield f'note: genregraph writes no property "{name}"{_near(name, PROPERTIES)}'


def _groups(nodes: Sequence[Element], opened: str) -> Iterator[tuple[Element, ...]]:
    """The contents of all brackets of these kinds, nested ones included."""
    for node in nodes:
        if isinstance(node, Group):
            if node.opened in opened:
                yield node.nodes
            yield from _groups(node.nodes, opened)


def _is_pattern(nodes: Sequence[Element]) -> bool:
    """Whether a bracket holds a node or relation with a label: an optional name and ":"."""
    return any(is_word(node, ":") for node in nodes[:2]) and isinstance(nodes[0], Token)


def _rebound(nodes: Sequence[Element]) -> Iterator[str]:
    """The names that `AS` or a list comprehension binds."""
    for before, node in pairwise(nodes):
        if is_word(before, "AS") and isinstance(node, Token):
            yield node.text
        elif is_word(node, "IN") and isinstance(before, Token):
            yield before.text


def _keys(pattern: Sequence[Element]) -> Iterator[str]:
    for node in pattern:
        if isinstance(node, Group) and node.opened == "{":
            for key, colon in pairwise(node.nodes):
                if is_word(colon, ":") and isinstance(key, Token):
                    yield key.text


def _fields(nodes: Sequence[Element], of: AbstractSet[str]) -> Iterator[str]:
    """The names after a dot that follows one of these names."""
    for place, node in enumerate(nodes[:-2]):
        owner, dot, field = node, nodes[place + 1], nodes[place + 2]
        is_owner = isinstance(owner, Token) and owner.text in of
        further = place > 0 and is_word(nodes[place - 1], ".")
        if is_owner and is_word(dot, ".") and isinstance(field, Token) and not further:
            yield field.text.strip("`")
