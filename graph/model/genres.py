"""Genres: folding their names, which of them count, and their classes. Pure.

A pattern is plain words ("black metal": these words side by side, in this order,
anywhere in the name), "=black metal" (exactly this name), or "!blackened" (names
with these words are left out of the class; "!=blackened": exactly this name).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Other spellings of one genre in MusicBrainz' genre aliases, already folded.
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
    """One class of a recipe: its name and its patterns, as written."""

    name: str
    patterns: tuple[str, ...]


def fold(name: str) -> str:
    """One spelling for one genre: case, hyphens, "&", diacritics and aliases folded.

    Folding what is folded changes nothing.

    >>> fold("R&B"), fold("Hip-Hop"), fold("Música  Popular"), fold("Korean RnB")
    ('r and b', 'hip hop', 'musica popular', 'korean r and b')
    """
    plain = unicodedata.normalize("NFKD", name.replace("&", " and "))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = re.sub(r"[\W_]+", " ", _APOSTROPHES.sub("", plain)).strip()
    if not words:  # a name of symbols only stays itself
        return name.strip().casefold()
    return _ALIAS.sub(lambda found: ALIASES[found[0]], words)


def failed_threshold(
    votes: int | None, share: float | None, *, min_votes: int, min_share: float
) -> str | None:
    """Why a genre of an artist does not count: "min_votes" or "min_share"; None: it does.

    The one rule in Python. The Cypher statements repeat it, as
    `coalesce(h.votes, $min_votes) >= $min_votes AND coalesce(h.share, 1.0) >= $min_share`;
    a test compares them with this function.

    Args:
        votes: None where the source does not count votes.
        share: Of the votes of the artist's strongest genre; None where it has none.
        min_votes: Fewest votes of a genre that counts.
        min_share: Smallest share of a genre that counts.
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
        """How specific the match is (0: none): its words, an exact one beating all."""
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
    """The patterns whose first word stands in the name."""
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
        """The classes with the longest matching pattern (in words), in the recipe's order."""
        name = _words(genre)
        # A pattern can only match where its first word stands; most classes have none
        # that does, and a crawl looks at thousands of names.
        weights = {
            class_name: max((p.weight(name) for p in _begun(patterns, name)), default=0)
            for class_name, patterns, left_out in self._rules
            if not any(p.weight(name) for p in _begun(left_out, name))
        }
        best = max(weights.values(), default=0)
        return tuple(c for c, weight in weights.items() if weight == best > 0)

    def in_class(self, genres: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """(genre, class name) for each class of each genre, in the order given."""
        return tuple((g, c) for g in genres for c in self.classes_of(g))
