"""What a question without an answer may have meant: unknown names in it."""

import re
from collections.abc import Iterator, Mapping

from crawler.lookup import Kind, is_known, offer
from crawler.spelling import nearest
from graph.genres import fold
from graph.schema import KEYS, RELATIONS
from graph.store import Store
from queries.catalog import Query
from queries.cypher import code

_ARTISTS = ("artist", "start", "end")
_GENRE = "genre"
# The label or type after a bracket and perhaps a name: (a:Artist), [r:RELATED_TO*..3].
_PATTERN = re.compile(r"(?P<bracket>[(\[])\s*\w*\s*:\s*(?P<names>[\w:|&!]+)")


def unknown_values(
    store: Store, query: Query, given: Mapping[str, str]
) -> Iterator[str]:
    """A note for each value of a shipped query that names nothing in the graph."""
    declared = {parameter.name for parameter in query.parameters if query.question}
    for name in _ARTISTS:
        text = given.get(name)
        if name in declared and text and not is_known(store, text, Kind.ARTIST):
            yield f'note: the graph holds no artist "{text}". {offer(store, text)}'
    genre = given.get(_GENRE)
    if _GENRE in declared and genre and genre not in (known := store.genres()):
        yield f'note: the graph holds no genre "{genre}"{_near(genre, known)}'


def _near(genre: str, known: tuple[str, ...]) -> str:
    """The nearest genre, if one is near: all of them would be a long list."""
    near = nearest(fold(genre), known)
    return f"; {near}" if near.startswith("did") else ""


def unknown_names(text: str) -> Iterator[str]:
    """A note for each label and relation type that the model does not have.

    A pattern with a wrong one matches nothing, and no database says so.

    >>> list(unknown_names("MATCH (a:Artst)-[:RELATED_TO]->({id:1}) RETURN a"))
    ['note: genregraph writes no label "Artst"; did you mean "Artist"?']
    """
    said = dict.fromkeys(
        (found["bracket"], name)
        for found in _PATTERN.finditer(code(text))
        for name in re.findall(r"\w+", found["names"])
    )
    for bracket, name in said:
        what, known = ("label", KEYS) if bracket == "(" else ("relation", RELATIONS)
        if name not in known:
            yield f'note: genregraph writes no {what} "{name}"; {nearest(name, known)}'
