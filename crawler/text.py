"""Text from outside, made fit to be shown. Pure."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches


def visible(text: str) -> str:
    r"""The text without control characters: a name must not steer the terminal.

    >>> visible("Sigur Rós \x1b[2J")
    'Sigur Rós �[2J'
    """
    # A zero-width joiner holds composed signs together and does no harm.
    return "".join(
        sign if unicodedata.category(sign)[0] != "C" or sign == "\u200d" else "\ufffd"
        for sign in text
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """A clause that names the known word most like this one, or all of them.

    >>> nearest("sead", ("seed", "split"))
    'did you mean "seed"?'
    """
    known = tuple(known)
    if close := get_close_matches(word, known, n=1):
        return f'did you mean "{close[0]}"?'
    return "known are " + ", ".join(f'"{name}"' for name in known)
