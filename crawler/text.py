"""Text from outside, made safe to print; and the nearest of several words. Pure."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches


def visible(text: str) -> str:
    r"""The text without control characters: a name must not steer the terminal.

    >>> visible("Sigur Rós \x1b[2J")
    'Sigur Rós �[2J'
    """
    # A zero-width joiner holds composed characters together and does no harm.
    return "".join(
        one if unicodedata.category(one)[0] != "C" or one == "\u200d" else "\ufffd"
        for one in text
    )


def text_mistake(text: str) -> str | None:
    r"""What is wrong with a text that a person gave, as a clause; None where nothing is.

    >>> text_mistake(" "), text_mistake("Sigur Rós")
    ('is empty', None)
    """
    if not text.strip():
        return "is empty"
    if not text.isprintable():
        return "contains characters that cannot be printed, such as a line break"
    return None


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one may be a misspelling of."""
    return next(iter(get_close_matches(word, tuple(known), n=1)), None)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or all of them, as a clause.

    >>> nearest("sead", ("seed", "split"))
    'did you mean "seed"?'
    """
    known = tuple(known)
    if close := closest(word, known):
        return f'did you mean "{close}"?'
    return "known are " + ", ".join(f'"{name}"' for name in known)
