"""What a group of artists is made of, told by what sets it apart from all the others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graph.views.artists import ArtistGraph
from queries.analysis.arrays import Links

# A genre of fewer artists of a group than this says nothing of the group.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Description:
    """A group in words.

    Attributes:
        classes: Its commonest classes with their share of the classed, "metal 81 %".
        genres: Its most over-represented genres with their lift, "sludge (12x)".
        artists: Its most-listed artists, by how many expanded artists list them.
    """

    classes: str
    genres: str
    artists: str


class Describer:
    """Describes groups of one graph."""

    def __init__(self, graph: ArtistGraph, links: Links) -> None:
        self._labels = [str(name) for _, name in graph.nodes(data="label")]
        self._classes = [str(name or "") for _, name in graph.nodes(data="class")]
        self._genres = [tuple(own or ()) for _, own in graph.nodes(data="genres")]
        self._listed = links.in_degree.tolist()
        self._everywhere = Counter(g for own in self._genres for g in own)
        self._tagged = sum(1 for own in self._genres if own)

    def describe(self, members: Sequence[int], *, most: int = 3) -> Description:
        """A group's commonest classes, telling genres and best-known artists."""
        return Description(
            ", ".join(self._top_classes(members, most)),
            ", ".join(self._top_genres(members, most)),
            ", ".join(self._top_artists(members, most)),
        )

    def name(self, members: Sequence[int]) -> str:
        """A group in a word or two: its commonest class and its most telling genre.

        Empty where it has neither.
        """
        told = self.describe(members, most=1)
        parts = told.classes.rsplit(" ", 2)[0], told.genres.rsplit(" (", 1)[0]
        return ", ".join(dict.fromkeys(filter(None, parts)))

    def _top_classes(self, members: Sequence[int], most: int) -> list[str]:
        held = Counter(name for at in members if (name := self._classes[at]))
        whole = held.total()
        ordered = sorted(held.items(), key=lambda one: (-one[1], one[0]))
        return [f"{name} {100 * count / whole:.0f} %" for name, count in ordered[:most]]

    def _top_genres(self, members: Sequence[int], most: int) -> list[str]:
        held = Counter(genre for at in members for genre in self._genres[at])
        tagged = sum(1 for at in members if self._genres[at])
        scored = [
            (
                self._surprise(genre, count, tagged),
                genre,
                self._lift(genre, count, tagged),
            )
            for genre, count in held.items()
            if count >= _FEWEST
        ]
        telling = sorted(
            (one for one in scored if one[0] > 0), key=lambda o: (-o[0], o[1])
        )
        return [f"{genre} ({_times(lift)}x)" for _, genre, lift in telling[:most]]

    def _lift(self, genre: str, count: int, tagged: int) -> float:
        """The genre's share among the group's tagged artists over its share among all."""
        return count * self._tagged / (tagged * self._everywhere[genre])

    def _surprise(self, genre: str, count: int, tagged: int) -> float:
        """Standard deviations above a draw of the group by chance (hypergeometric)."""
        part = self._everywhere[genre] / self._tagged
        others = (self._tagged - tagged) / max(self._tagged - 1, 1)
        variance = tagged * part * (1 - part) * others
        return (count - tagged * part) / variance**0.5 if variance > 0 else 0.0

    def _top_artists(self, members: Sequence[int], most: int) -> list[str]:
        ordered = sorted(members, key=lambda at: (-self._listed[at], at))
        return [self._labels[at] for at in ordered[:most]]


def _times(lift: float) -> str:
    return f"{lift:.0f}" if lift >= 10 else f"{lift:.1f}"  # noqa: PLR2004  a pair
