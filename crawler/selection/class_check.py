"""Which genres the classes of a recipe include, and which are in no class. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import combinations

from crawler.recipe.model import LabelRules
from crawler.selection.patterns import why_in_class
from graph.model.genres import ClassMap, ClassRule, fold
from graph.model.music import ArtistId, HasGenre

COLUMNS = ("about", "what", "genres", "artists", "note")
SHOWN_IN_NOTE = 5

CheckRow = tuple[str, str, int | None, int | None, str]
Carried = Mapping[ArtistId, frozenset[str]]


@dataclass(frozen=True, slots=True)
class ClassReport:
    """The report, by section, each with its commonest genres first.

    Attributes:
        classes: A row per class: how many genres it includes, and how many artists carry it.
        takes: Each genre that a class includes.
        overlaps: Genres that several classes include on a tie.
        moved: Genres that one class would include, and a longer pattern of another does.
        both: Pairs of classes that artists carry together; empty without a graph.
        no_class: Genres of no class.
        patterns: Patterns that match nothing.
        empty: The classes without a genre.
    """

    classes: tuple[CheckRow, ...]
    takes: tuple[CheckRow, ...]
    overlaps: tuple[CheckRow, ...]
    moved: tuple[CheckRow, ...]
    both: tuple[CheckRow, ...]
    no_class: tuple[CheckRow, ...]
    patterns: tuple[CheckRow, ...]
    empty: tuple[str, ...]


def carried_genres(edges: Iterable[HasGenre], rules: LabelRules) -> Carried:
    """The genres of each artist that count for a label."""
    found: dict[ArtistId, set[str]] = {}
    for edge in edges:
        if rules.counts(edge):
            found.setdefault(edge.artist, set()).add(edge.genre)
    return {artist: frozenset(genres) for artist, genres in found.items()}


def check_classes(
    rules: Sequence[ClassRule], genres: Iterable[str], carried: Carried | None = None
) -> ClassReport:
    """Match the classes with genres (folded names).

    Args:
        rules: The classes, in the recipe's order.
        genres: All genre names.
        carried: The genres of each artist; None where it is unknown how common they are.
    """
    return _Checker(rules, tuple(sorted(set(genres))), carried).check()


@dataclass(slots=True)
class _Checker:
    rules: Sequence[ClassRule]
    genres: tuple[str, ...]
    carried: Carried | None
    by_word: dict[str, list[str]] = field(init=False, default_factory=dict)
    taken: dict[str, tuple[str, ...]] = field(init=False)
    common: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        for genre in self.genres:
            for word in set(fold(genre).split()):
                self.by_word.setdefault(word, []).append(genre)
        classes = ClassMap(self.rules)
        self.taken = {genre: classes.classes_of(genre) for genre in self.genres}
        lists = (self.carried or {}).values()
        self.common = Counter(genre for names in lists for genre in names)

    def check(self) -> ClassReport:
        own = {
            rule.name: self._commonest(
                g for g, names in self.taken.items() if rule.name in names
            )
            for rule in self.rules
        }
        return ClassReport(
            classes=tuple(self._class_row(rule, own[rule.name]) for rule in self.rules),
            takes=tuple(
                self._genre_row("takes", genre, f'in "{name}"')
                for name, names in own.items()
                for genre in names
            ),
            overlaps=self._why_rows(
                "overlap", (g for g, names in self.taken.items() if len(names) > 1)
            ),
            moved=self._why_rows("moved", self._moved()),
            both=tuple(self._pairs()),
            no_class=tuple(
                self._genre_row("no class", genre, "")
                for genre in self._commonest(g for g, n in self.taken.items() if not n)
            ),
            patterns=tuple(self._idle_patterns()),
            empty=tuple(name for name, names in own.items() if not names),
        )

    def _class_row(self, rule: ClassRule, own: Sequence[str]) -> CheckRow:
        note = ", ".join(own[:SHOWN_IN_NOTE])
        if (more := len(own) - SHOWN_IN_NOTE) > 0:
            note += f" and {more:,} more"
        elif not own:
            wanted = len(self._wanted(rule))
            note = "takes no genre"
            note += f": all {wanted} it fits go to longer patterns" if wanted else ""
        return "class", rule.name, len(own), self._artists_of(own), note

    def _genre_row(self, about: str, genre: str, note: str) -> CheckRow:
        count = None if self.carried is None else self.common[genre]
        return about, genre, None, count, note

    def _why_rows(self, about: str, genres: Iterable[str]) -> tuple[CheckRow, ...]:
        return tuple(
            self._genre_row(about, genre, why_in_class(self.rules, genre))
            for genre in self._commonest(genres)
        )

    def _artists_of(self, genres: Sequence[str]) -> int | None:
        if self.carried is None:
            return None
        own = frozenset(genres)
        return sum(not own.isdisjoint(names) for names in self.carried.values())

    def _commonest(self, genres: Iterable[str]) -> list[str]:
        """The commonest first; where that is unknown, the plainest."""
        return sorted(set(genres), key=lambda g: (-self.common[g], len(g.split()), g))

    def _hits(self, pattern: str) -> set[str]:
        """The genres that one pattern, without its "!", fits."""
        plain = pattern.removeprefix("!")
        first = next(iter(fold(plain.removeprefix("=")).split()), "")
        alone = ClassMap((ClassRule("one", (plain,)),))
        return {g for g in self.by_word.get(first, ()) if alone.classes_of(g)}

    def _wanted(self, rule: ClassRule) -> set[str]:
        """The genres that a class would include if it were the only one."""
        plain = [self._hits(p) for p in rule.patterns if not p.startswith("!")]
        out = [self._hits(p) for p in rule.patterns if p.startswith("!")]
        return set().union(*plain) - set().union(*out)

    def _moved(self) -> set[str]:
        return {
            genre
            for rule in self.rules
            for genre in self._wanted(rule)
            if rule.name not in self.taken[genre]
        }

    def _idle_patterns(self) -> Iterator[CheckRow]:
        """Patterns that include come first: they are the likelier mistakes."""
        pairs = [(rule, p) for rule in self.rules for p in rule.patterns]
        for rule, pattern in sorted(pairs, key=lambda pair: pair[1][:1] == "!"):
            if not self._hits(pattern):
                note = f'of "{rule.name}": {self._why_idle(pattern)}'
                yield "pattern", pattern, 0, self._artists_of(()), note

    def _why_idle(self, pattern: str) -> str:
        if pattern.startswith("!"):
            return "leaves nothing out"
        words = fold(pattern.removeprefix("="))
        close = get_close_matches(words, self.genres, n=1, cutoff=0.8)
        offer = f'; did you mean "{close[0]}"?' if close else ""
        return f"fits no genre{offer}"

    def _pairs(self) -> Iterator[CheckRow]:
        pairs: Counter[tuple[str, str]] = Counter()
        for names in (self.carried or {}).values():
            carries = {c for genre in names for c in self.taken.get(genre, ())}
            in_order = (rule.name for rule in self.rules if rule.name in carries)
            pairs.update(combinations(in_order, 2))
        for (one, other), count in sorted(pairs.items(), key=lambda p: (-p[1], p[0])):
            yield "both", f'"{one}" and "{other}"', None, count, "artists carry both"
