"""Spotify's ids: 22 letters and digits that encode a number of 128 bits.

An id is computed from the kind and the number of an object, and can be decoded, so a
world need not store ids.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

KINDS = ("artist", "album", "track", "playlist")
WELL_FORMED = re.compile(r"[0-9A-Za-z]{22}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_LENGTH = 22
_MODULUS = 1 << 128
# An arbitrary odd number, so that multiplication by it is invertible.
_FACTOR = 0x9E3779B97F4A7C15F39CC0605CEDC835
_BACK = pow(_FACTOR, -1, _MODULUS)
NO_IDS: Mapping[int, str] = MappingProxyType({})


def spotify_id(kind: str, number: int) -> str:
    """The Spotify id of an artist, album, track or playlist of a world.

    >>> spotify_id("artist", 900000001)
    '7zqatXRIi9rqrbnEaF2lYU'
    """
    value = (number * len(KINDS) + KINDS.index(kind)) * _FACTOR % _MODULUS
    digits = []
    for _ in range(_LENGTH):
        value, digit = divmod(value, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def number_of(kind: str, text: str) -> int | None:
    """The number that an id of this kind encodes; None if it is of another kind.

    >>> number_of("artist", spotify_id("artist", 900000001))
    900000001
    >>> number_of("track", spotify_id("artist", 900000001))
    """
    value = 0
    for digit in text:
        value = value * len(_DIGITS) + _VALUES[digit]
    number, place = divmod(value * _BACK % _MODULUS, len(KINDS))
    return number if KINDS[place] == kind and value < _MODULUS else None
