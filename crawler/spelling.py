"""What a misspelt word may have meant. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """A clause that names the known word most like this one, or all of them.

    >>> nearest("sead", ("seed", "split"))
    'did you mean "seed"?'
    """
    known = tuple(known)
    if close := get_close_matches(word, known, n=1):
        return f'did you mean "{close[0]}"?'
    return "known are " + ", ".join(f'"{name}"' for name in known)
