"""Genres: the normal form of their names, which of them count, and their classes. Pure.

A pattern of a class is one of

- "black metal": the name contains these words, adjacent and in this order;
- "=black metal": the name is exactly this;
- "!blackened", "!=blackened": names that match are excluded from the class.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Spellings that MusicBrainz lists as aliases of a genre, already folded.
ALIASES = {
    "rnb": "r and b",
    "r n b": "r and b",
    "rhythm and blues": "r and b",
    "hiphop": "hip hop",
    "drum n bass": "drum and bass",
    "drumnbass": "drum and bass",
    "dnb": "drum and bass",
    "d n b": "drum and bass",
    "rock n roll": "rock and roll",
    "rocknroll": "rock and roll",
    "lofi": "lo fi",
    "synthpop": "synth pop",
    "electropop": "electro pop",
    "altrock": "alternative rock",
    "alt rock": "alternative rock",
    "darkwave": "dark wave",
    "coldwave": "cold wave",
    "chillout": "chill out",
    "neosoul": "neo soul",
    "nusoul": "nu soul",
    "triphop": "trip hop",
}

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc]")  # "rock 'n' roll" is "rock n roll"
_ALIAS = re.compile(r"\b(?:" + "|".join(ALIASES) + r")\b")


@dataclass(frozen=True, slots=True)
class ClassRule:
    """One class of a recipe: its name and its patterns, as the recipe has them."""

    name: str
    patterns: tuple[str, ...]


def fold(name: str) -> str:
    """Return the normal form of a genre name: all spellings of a genre get the same one.

    Normalises case, hyphens, "&", diacritics and aliases. Idempotent.

    >>> fold("R&B"), fold("Hip-Hop"), fold("Música  Popular"), fold("Korean RnB")
    ('r and b', 'hip hop', 'musica popular', 'korean r and b')
    """
    plain = unicodedata.normalize("NFKD", name.replace("&", " and "))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = re.sub(r"[\W_]+", " ", _APOSTROPHES.sub("", plain)).strip()
    if not words:  # the name has only symbols
        return name.strip().casefold()
    return _ALIAS.sub(lambda found: ALIASES[found[0]], words)


def failed_threshold(
    votes: int | None, share: float | None, *, min_votes: int, min_share: float
) -> str | None:
    """Return the threshold that a genre of an artist fails, or None if the genre counts.

    Returns "min_votes" or "min_share". This is the only copy of the rule in Python. The
    Cypher statements repeat it as
    `coalesce(h.votes, $min_votes) >= $min_votes AND coalesce(h.share, 1.0) >= $min_share`;
    a test compares them with this function.

    Args:
        votes: None if the source does not count votes.
        share: The votes divided by those of the artist's strongest genre, or None.
        min_votes: The fewest votes with which a genre counts.
        min_share: The smallest share with which a genre counts.
    """
    if votes is not None and votes < min_votes:
        return "min_votes"
    if (1.0 if share is None else share) < min_share:
        return "min_share"
    return None


def genre_counts(
    votes: int | None, share: float | None, *, min_votes: int, min_share: float
) -> bool:
    """Whether a genre of an artist counts for its label: see `failed_threshold`.

    >>> genre_counts(None, None, min_votes=2, min_share=0.5)
    True
    >>> genre_counts(3, 0.2, min_votes=2, min_share=0.5)
    False
    """
    return not failed_threshold(votes, share, min_votes=min_votes, min_share=min_share)


@dataclass(frozen=True, slots=True)
class _Pattern:
    words: tuple[str, ...]
    exact: bool

    def weight(self, name: tuple[str, ...]) -> int:
        """How specific the match is: its number of words, 1,000 if exact, 0 if none."""
        if self.exact:
            return 1_000 if name == self.words else 0
        return len(self.words) if _holds(name, self.words) else 0


def _pattern(text: str) -> _Pattern:
    text = text.strip()
    return _Pattern(_words(text.removeprefix("=")), text.startswith("="))


_Patterns = Mapping[str, Sequence[_Pattern]]


def _by_first_word(texts: Iterable[str]) -> _Patterns:
    patterns: dict[str, list[_Pattern]] = {}
    for pattern in map(_pattern, texts):
        patterns.setdefault(next(iter(pattern.words), ""), []).append(pattern)
    return patterns


def _begun(patterns: _Patterns, name: tuple[str, ...]) -> Iterator[_Pattern]:
    """The patterns whose first word is in the name."""
    for word in name:
        yield from patterns.get(word, ())


def _holds(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    width = len(words)
    return any(name[i : i + width] == words for i in range(len(name) - width + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


class ClassMap:
    """Which classes a genre belongs to.

    >>> rules = [
    ...     ClassRule("death", ("death metal",)),
    ...     ClassRule("melodeath", ("melodic death metal",)),
    ...     ClassRule("black", ("black metal", "!blackened")),
    ... ]
    >>> classes = ClassMap(rules)
    >>> classes.classes_of("melodic death metal")
    ('melodeath',)
    >>> classes.classes_of("blackened death metal")
    ('death',)
    """

    def __init__(self, rules: Sequence[ClassRule]) -> None:
        self._rules = tuple(
            (
                rule.name,
                _by_first_word(p for p in rule.patterns if not p.startswith("!")),
                _by_first_word(p[1:] for p in rule.patterns if p.startswith("!")),
            )
            for rule in rules
        )

    def classes_of(self, genre: str) -> tuple[str, ...]:
        """Return the classes with the longest matching pattern, in the recipe's order.

        The length is the number of words; an exact pattern is longer than all others.
        """
        name = _words(genre)
        # A pattern only matches a name that contains its first word. This check skips
        # most classes, and a crawl classifies thousands of names.
        weights = {
            class_name: max((p.weight(name) for p in _begun(patterns, name)), default=0)
            for class_name, patterns, left_out in self._rules
            if not any(p.weight(name) for p in _begun(left_out, name))
        }
        best = max(weights.values(), default=0)
        return tuple(c for c, weight in weights.items() if weight == best > 0)

    def in_class(self, genres: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return (genre, class name) for each class of each genre, in the given order."""
        return tuple((g, c) for g in genres for c in self.classes_of(g))
