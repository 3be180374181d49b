"""The `fields` that a request for a playlist may name, so as to get those alone.

Written as `name,owner.id`, `items(item(name,artists(id)))` or, for all but some,
`items(!added_at)`.
"""

import re
from collections import deque
from typing import TypeAlias

from crawler.standin.http import JsonObject, ServiceRequest
from crawler.standin.services.spotify_pages import BadRequestError

_TOKEN = re.compile(r"[^,.()]+|[,.()]")
# The fields wanted of each field; none named: all of them.
Tree: TypeAlias = dict[str, "Tree"]


def select_fields(request: ServiceRequest, shape: JsonObject) -> JsonObject:
    """The part of a reply that the request's `fields` name; without them all of it.

    Raises:
        BadRequestError: They cannot be read.
    """
    text = request.value("fields")
    if not text:
        return shape
    tokens = deque(_TOKEN.findall(text))
    tree = _tree(tokens)
    if tokens:
        raise BadRequestError(400, "Invalid fields")
    return _taken(shape, tree)


def _tree(tokens: deque[str]) -> Tree:
    tree: Tree = {}
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens.popleft()
            continue
        name, inner = _entry(tokens)
        _merge(tree, {name: inner})
    return tree


def _merge(tree: Tree, other: Tree) -> None:
    for name, inner in other.items():
        _merge(tree.setdefault(name, {}), inner)


def _entry(tokens: deque[str]) -> tuple[str, Tree]:
    name = tokens.popleft()
    after = tokens[0] if tokens else ","
    if name in {".", "("} or (after in {".", "("} and len(tokens) == 1):
        raise BadRequestError(400, "Invalid fields")
    if after == ".":
        tokens.popleft()
        inner, further = _entry(tokens)
        return name, {inner: further}
    return name, _bracketed(tokens) if after == "(" else {}


def _bracketed(tokens: deque[str]) -> Tree:
    tokens.popleft()
    tree = _tree(tokens)
    if not tokens:
        raise BadRequestError(400, "Invalid fields")
    tokens.popleft()
    return tree


def _taken(shape: JsonObject, tree: Tree) -> JsonObject:
    without = {name[1:] for name in tree if name.startswith("!")}
    if without:
        return {key: value for key, value in shape.items() if key not in without}
    return {k: _inside(v, tree[k]) for k, v in shape.items() if k in tree}


def _inside(value: object, tree: Tree) -> object:
    if not tree:
        return value
    if isinstance(value, list):
        return [_inside(one, tree) for one in value]
    return _taken(value, tree) if isinstance(value, dict) else value
