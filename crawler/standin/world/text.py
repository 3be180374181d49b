"""How the stand-in's searches compare words."""

import re
import unicodedata


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, without case, accents and punctuation.

    >>> words_of("Röyal-Moon & the R&B")
    ('royal', 'moon', 'the', 'r', 'b')
    """
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return tuple(re.findall(r"\w+", kept))


def contains_phrase(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the phrase stands in the words, side by side.

    >>> contains_phrase(("old", "black", "metal"), ("black", "metal"))
    True
    """
    width = len(phrase)
    return any(words[i : i + width] == phrase for i in range(len(words) - width + 1))
