"""Invented names, made of syllables, and UUIDs; the same seed gives the same ones."""

import hashlib
import random
from functools import lru_cache

_STARTS = [
    "ba",
    "bre",
    "ca",
    "dra",
    "el",
    "fa",
    "gri",
    "ha",
    "il",
    "jo",
    "ka",
    "lu",
    "ma",
    "ne",
    "o",
    "pra",
    "qui",
    "ro",
    "sa",
    "ti",
    "ul",
    "ve",
    "wa",
    "xa",
    "ya",
    "zo",
]
_MIDDLES = [
    "la",
    "ra",
    "ni",
    "mo",
    "de",
    "vi",
    "sto",
    "nu",
    "ke",
    "lli",
    "ro",
    "ma",
    "shi",
    "be",
    "do",
    "ta",
]
_ENDS = [
    "n",
    "r",
    "x",
    "th",
    "ra",
    "lo",
    "mis",
    "ne",
    "k",
    "sta",
    "dor",
    "ve",
    "l",
    "nd",
    "ry",
    "tt",
    "a",
    "o",
]
_SHAPES = ("{0}", "{0}", "{0} {1}", "{0} {1}", "The {0}s", "{0} & {1}", "DJ {0}")


def word(rng: random.Random) -> str:
    """One capitalised word of two to four syllables."""
    draw = rng.random
    parts = [_STARTS[int(draw() * len(_STARTS))]]
    parts += [_MIDDLES[int(draw() * len(_MIDDLES))] for _ in range(1 + int(draw() * 2))]
    parts.append(_ENDS[int(draw() * len(_ENDS))])
    return "".join(parts).capitalize()


def artist_name(rng: random.Random) -> str:
    """A name of a band or a person."""
    shape = _SHAPES[int(rng.random() * len(_SHAPES))]
    return shape.format(word(rng), word(rng))


def title(rng: random.Random) -> str:
    """A title of one to three words."""
    return " ".join(word(rng) for _ in range(1 + int(rng.random() * 3)))


def uuid(rng: random.Random) -> str:
    """A random UUID of version 4, as text."""
    return _as_uuid(f"{rng.getrandbits(128):032x}")


@lru_cache(maxsize=100_000)
def uuid_of(text: str) -> str:
    """The UUID that is always the same for a text."""
    return _as_uuid(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


def _as_uuid(digits: str) -> str:
    variant = "89ab"[int(digits[16], 16) % 4]
    parts = (digits[:8], digits[8:12], f"4{digits[13:16]}", f"{variant}{digits[17:20]}")
    return "-".join((*parts, digits[20:]))
