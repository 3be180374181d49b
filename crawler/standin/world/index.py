"""Finding values by the words of a text."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from crawler.standin.world.text import words_of

T = TypeVar("T")


def match_all_words(text: str, index: Mapping[str, Sequence[T]]) -> list[T]:
    """The values under all words of the text; the same value is the same object."""
    lists = [index.get(word, ()) for word in dict.fromkeys(words_of(text))]
    if not lists:
        return []
    first, *others = sorted(lists, key=len)
    also = [{id(value) for value in other} for other in others]
    return [value for value in first if all(id(value) in ids for ids in also)]
