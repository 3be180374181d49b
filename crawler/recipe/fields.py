"""What each value of a recipe may be: one small check per kind. Pure.

A check takes what TOML gave and returns what the recipe holds, or raises `Wrong`
with a clause that ends the sentence "<key> …".
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from crawler.text import nearest

T = TypeVar("T")
Check = Callable[[object], T]

# No data set is larger; a longer number is a slip of the finger.
LARGEST = 1_000_000_000


class Wrong(Exception):  # noqa: N818  never leaves the reader of recipes
    """A value that cannot be used, as a clause."""


def whole(low: int = 0) -> Check[int]:
    """A whole number from `low` on."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"must be a whole number, not {_told(value)}")
        if not low <= value <= LARGEST:
            raise Wrong(f"must be {low} or more (up to {LARGEST:,}), not {value}")
        return value

    return check


def number(low: float = 0, high: float = LARGEST) -> Check[float]:
    """A number from `low` to `high`."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Wrong(f"must be a number, not {_told(value)}")
        if not low <= value <= high:  # nor is nan
            upper = (
                f"from {low:g} to {high:g}" if high < LARGEST else f"{low:g} or more"
            )
            raise Wrong(f"must be {upper}, not {value}")
        return value

    return check


def text(value: object) -> str:
    """Text that says something, without blanks around it."""
    if not isinstance(value, str):
        raise Wrong(f"must be text, not {_told(value)}")
    if not value.strip():
        raise Wrong("is empty")
    if not value.isprintable():
        raise Wrong("holds signs that cannot be printed, such as a line's end")
    return value.strip()


def name(value: object) -> str:
    """The name of a data set or of a class: it becomes part of ids."""
    checked = text(value)
    if "/" in checked:
        raise Wrong('must not hold a "/": ids are written recipe/class')
    return checked


def texts(value: object) -> tuple[str, ...]:
    """A list of texts; none of them empty or there twice."""
    if isinstance(value, str):
        raise Wrong(f'must be a list: write ["{value}"]')
    if not isinstance(value, list):
        raise Wrong(f"must be a list of texts, not {_told(value)}")
    found = tuple(text(one) for one in value)
    for place, one in enumerate(found):
        if one in found[:place]:
            raise Wrong(f'holds "{one}" twice')
    return found


def one_or_more(value: object) -> tuple[str, ...]:
    """A text, or a list of them."""
    return (text(value),) if isinstance(value, str) else texts(value)


E = TypeVar("E", bound=StrEnum)


def choice(kind: type[E], later: Collection[str] = ()) -> Check[E]:
    """One of the words of an enumeration; `later` holds those of a version to come."""

    def check(value: object) -> E:
        return kind(word(tuple(kind), later)(value))

    return check


def word(known: Sequence[str], later: Collection[str] = ()) -> Check[str]:
    """One of the known words; `later` holds those of a version to come."""

    def check(value: object) -> str:
        checked = text(value)
        if checked in known:
            return checked
        if checked in later:
            raise Wrong(f'"{checked}" is not in this version; {_known(known)}')
        raise Wrong(f'"{checked}" is unknown; {nearest(checked, known)}')

    return check


def shares(parts: Sequence[str]) -> Check[Mapping[str, float]]:
    """Shares of named parts that sum to 1; parts of share 0 are left out."""

    def check(value: object) -> Mapping[str, float]:
        if not isinstance(value, dict):
            raise Wrong(f"must be a table of shares, not {_told(value)}")
        for part in value:
            if part not in parts:
                raise Wrong(f'names "{part}", which is unknown; {nearest(part, parts)}')
        found = {part: number()(share) for part, share in value.items()}
        if not math.isclose(total := sum(found.values()), 1, abs_tol=1e-6):
            raise Wrong(f"must sum to 1, not {total:g}")
        return {part: found[part] for part in parts if found.get(part)}

    return check


def _known(words: Sequence[str]) -> str:
    return "known are " + ", ".join(f'"{one}"' for one in words)


def _told(value: object) -> str:
    """What a wrong value is, in words; a short text as it is."""
    kinds = {bool: "true or false", dict: "a table", list: "a list", str: "text"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"the number {value}"
    return kinds.get(type(value), "a date or time")
