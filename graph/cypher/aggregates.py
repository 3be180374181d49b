"""Finds aggregates that the embedded store would compute wrongly. Pure.

The embedded store recognises aggregates in arithmetic, comparisons, functions, lists,
maps and CASE. Under predicates, slices and fields it computes them row by row, without an
error. Neo4j is correct everywhere. tests/questions/test_unsupported_aggregates.py compares
the two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graph.cypher.tokens import Element, Group, Token, is_word, parts, tokenize

_AGGREGATES = (
    *("AVG", "COLLECT", "COUNT", "MAX", "MIN", "SUM"),
    *("PERCENTILECONT", "PERCENTILEDISC", "STDEV", "STDEVP"),
)
_LOGIC = ("AND", "OR", "XOR", "NOT")
_COMPARED = ("=", "<>", "<", ">", "<=", ">=")
_TESTS = ("IN", "STARTS", "ENDS", "CONTAINS", "=~", "IS", "::")
_FULL_WORDS = {"STARTS": "STARTS WITH", "ENDS": "ENDS WITH"}
_SLICE, _FIELD, _LABEL, _PER_ELEMENT = "a slice", "a field", "a label", "a list's rule"
# Under these, the store is correct if the same aggregate is also elsewhere in the column.
_TOLERATED = frozenset({*_LOGIC, "IN", "::", _SLICE, _FIELD, _LABEL})
_OF_LISTS = ("ANY", "ALL", "NONE", "SINGLE", "REDUCE", "ALLREDUCE")
_BEGINS = ("MATCH", "OPTIONAL", "WITH", "RETURN", "UNWIND", "CALL", "USE", "WHEN")
_ENDS = (
    *(
        "WHERE",
        "ORDER",
        "SKIP",
        "OFFSET",
        "LIMIT",
        "UNION",
        "MATCH",
        "OPTIONAL",
        "WITH",
    ),
    *("UNWIND", "CALL", "RETURN", "FOR", "NEXT", ";"),
)


@dataclass(frozen=True, slots=True)
class UnsupportedAggregate:
    """An aggregate that the embedded store would compute row by row.

    Attributes:
        call: The aggregate in the text, such as "count(a)".
        under: The operator that contains it, such as "IN".
        line: The line number, from 1.
        rewritten: The column with a name instead of the aggregate.
    """

    call: str
    under: str
    line: int
    rewritten: str


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    under: tuple[str, ...]


_Hiding: TypeAlias = tuple[str, ...]


def unsupported_aggregate(text: str) -> UnsupportedAggregate | None:
    """Return the first aggregate that the embedded store would compute wrongly.

    >>> unsupported_aggregate("MATCH (a) RETURN count(a) IN [3, 4] AS few").rewritten
    'n IN [3, 4]'
    >>> unsupported_aggregate("MATCH (a) RETURN count(a) > 3 AS many")
    """
    for column in _columns(tokenize(text)):
        found = [*_aggregates(column, ())]
        seen = {_written(text, one) for one in found if not one.under}
        for one in found:
            is_known = _written(text, one) in seen
            is_tolerated = is_known and _TOLERATED.issuperset(one.under)
            if one.under and not is_tolerated:
                return _described(text, column, one)
    return None


def _written(text: str, one: _Found) -> str:
    return "".join(text[one.start : one.end].split())


def _described(
    text: str, column: Sequence[Element], one: _Found
) -> UnsupportedAggregate:
    call = text[one.start : one.end]
    whole = text[column[0].start : column[-1].end]
    return UnsupportedAggregate(
        " ".join(call.split()),
        one.under[-1],
        text.count("\n", 0, one.start) + 1,
        " ".join(whole.replace(call, "n").split()),
    )


def _columns(nodes: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """Yield each column of each RETURN and WITH, also in subqueries, without its name."""
    place = 0
    while place < len(nodes):
        node = nodes[place]
        place += 1
        if is_word(node, "RETURN", "WITH"):
            end = next(
                (n for n in range(place, len(nodes)) if _ends(nodes, n)), len(nodes)
            )
            for column in parts(nodes[place:end], ","):
                yield from filter(None, parts(column, "AS")[:1])
        elif isinstance(node, Group):
            yield from _columns_within(node)


def _ends(nodes: Sequence[Element], place: int) -> bool:
    is_text_test = is_word(nodes[place - 1], "STARTS", "ENDS")
    return is_word(nodes[place], *_ENDS) and not is_text_test


def _columns_within(group: Group) -> Iterator[tuple[Element, ...]]:
    if _is_query(group):
        yield from _columns(group.nodes)
        return
    for node in group.nodes:
        if isinstance(node, Group):
            yield from _columns_within(node)


def _is_query(group: Group) -> bool:
    return (
        group.opened == "{" and bool(group.nodes) and is_word(group.nodes[0], *_BEGINS)
    )


def _aggregates(nodes: Sequence[Element], under: _Hiding) -> Iterator[_Found]:
    """Yield the aggregates of an expression with their operators, the innermost last."""
    logic = tuple(n.word for n in nodes if isinstance(n, Token) and n.word in _LOGIC)
    for part in parts(nodes, *_LOGIC):
        for side in parts(part, *_COMPARED):
            tests = [n.word for n in side if isinstance(n, Token) and n.word in _TESTS]
            hiding = (*under, *logic[:1], *(_FULL_WORDS.get(t, t) for t in tests[:1]))
            yield from _of_operands(_tested(side), hiding)


def _tested(side: Sequence[Element]) -> list[Element]:
    """The operands of a test, with commas instead of its keywords."""
    return [
        Token(",", n.start, ",") if isinstance(n, Token) and n.word in _TESTS else n
        for n in side
    ]


def _of_operands(nodes: Sequence[Element], under: _Hiding) -> Iterator[_Found]:
    place = 0
    while place < len(nodes):
        node, after = nodes[place], nodes[place + 1 : place + 2]
        before = nodes[place - 1] if place else None
        place += 1
        if _is_call(node, before, after):
            call = after[0]
            hiding = (*under, *_behind(nodes, place + 1))
            yield _Found(node.start, call.end, hiding)
            place += 1
        elif isinstance(node, Group):
            yield from _of_group(node, before, (*under, *_behind(nodes, place)))


def _is_call(node: Element, before: Element | None, after: Sequence[Element]) -> bool:
    return (
        is_word(node, *_AGGREGATES)
        and not is_word(before, ".")
        and any(isinstance(one, Group) and one.opened == "(" for one in after)
    )


def _behind(nodes: Sequence[Element], place: int) -> _Hiding:
    """Whether a field or a label is read from the value that ends before `place`."""
    while place < len(nodes):
        node = nodes[place]
        if is_word(node, ".", ":"):
            return (_FIELD if is_word(node, ".") else _LABEL,)
        if not (isinstance(node, Group) and node.opened == "["):
            return ()
        place += 1
    return ()


def _of_group(group: Group, before: Element | None, under: _Hiding) -> Iterator[_Found]:
    if _is_query(group) or is_word(before, "EXISTS", "COUNT", "COLLECT"):
        return
    if group.opened == "CASE":
        for part in parts(group.nodes, "WHEN", "THEN", "ELSE", ","):
            yield from _aggregates(part, under)
    elif group.opened == "[" and _is_value(before):
        bounds = parts(group.nodes, "..")
        hiding = (*under, _SLICE) if len(bounds) > 1 else under
        for part in bounds:
            yield from _aggregates(part, hiding)
    else:
        yield from _of_list(group, before, under)


def _is_value(node: Element | None) -> bool:
    """Whether a "[" after this node selects a part of its value."""
    if isinstance(node, Group):
        return True
    return node is not None and (node.text[0].isalnum() or node.text[0] in "`$_'\"")


def _of_list(group: Group, before: Element | None, under: _Hiding) -> Iterator[_Found]:
    """Yield the aggregates in elements, arguments, entries and list comprehensions."""
    if group.opened == "[" and "IN" in under:
        under = (*under, "a list after IN")
    may_go_through = group.opened == "[" or is_word(before, *_OF_LISTS)
    for part in parts(group.nodes, ","):
        goes_through = may_go_through and _names_element(part)
        source, *rules = parts(part[2:] if goes_through else part, "WHERE", "|")
        key = group.opened == "{" and len(source) > 1 and is_word(source[1], ":")
        yield from _aggregates(source[2:] if key else source, under)
        for rule in rules:
            yield from _aggregates(rule, (*under, _PER_ELEMENT))


def _names_element(part: Sequence[Element]) -> bool:
    """Whether a part begins with `x IN`, where x is each element in turn."""
    first = part[0] if part else None
    is_name = isinstance(first, Token) and (
        first.text[0].isalpha() or first.text[0] in "_`"
    )
    return is_name and len(part) > 1 and is_word(part[1], "IN")
