"""Counts what related lists have yielded so far, by kind of artist.

The order "yield" learns from these counts which artists to expand next. They are updated as
edges and genres arrive, and depend only on the graph.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graph.model.crawl import OPEN, QuestionState
from graph.model.music import ArtistId, Question

UNTAGGED = "untagged"
FOREIGN = "no class"

# Purity (the share of an artist's genre votes inside its classes) is divided into quarters:
# finer steps would leave too few expanded artists in each to learn from.
PURITY_STEPS = 4

ListKind = tuple[tuple[str, ...], int]


@dataclass(slots=True)
class ArtistState:
    """The state of one artist that planning needs.

    Attributes:
        classes: The classes of its genres that count, in the recipe's order.
        tagged: Whether any genre counts; None until its genres are answered.
        untagged_hops: The number of untagged artists, including this one, on the shortest
            path from an artist with a class; None if there is no such path.
    """

    id: ArtistId
    name: str | None = None
    popularity: int | None = None
    followers: int | None = None
    mbid: str | None = None
    depth: int | None = None
    has_preview: bool = False
    classes: tuple[str, ...] = ()
    tagged: bool | None = None
    purity: float = 0.0
    untagged_hops: int | None = None
    states: dict[Question, QuestionState] = field(default_factory=dict)

    def state(self, question: Question) -> QuestionState:
        """Return the state of one of its questions."""
        return self.states.get(question, OPEN)

    @property
    def kind(self) -> ListKind:
        """The group in which the yield of its list is counted: classes and purity."""
        if not self.tagged:
            return ((UNTAGGED,), 0)
        step = min(int(self.purity * PURITY_STEPS), PURITY_STEPS - 1)
        return (self.classes or (FOREIGN,), step)


@dataclass(slots=True)
class YieldStats:
    """Statistics of the related lists of one kind of artist.

    Attributes:
        lists: How many lists.
        listed: Artists on them.
        novel: Artists on no other list.
        classified: Artists on them whose genres are answered.
        labelled: How many of those got a label, per class.
    """

    lists: int = 0
    listed: int = 0
    novel: int = 0
    classified: int = 0
    labelled: Counter[str] = field(default_factory=Counter)


class YieldTracker:
    """Keeps the statistics of lists, by the kind of artist that each list belongs to."""

    def __init__(
        self,
        nodes: Mapping[ArtistId, ArtistState],
        neighbours: Mapping[ArtistId, list[ArtistId]],
        listed_by: Mapping[ArtistId, list[ArtistId]],
        labels: Callable[[ArtistState], tuple[str, ...]],
    ) -> None:
        self._nodes = nodes
        self._neighbours = neighbours
        self._listed_by = listed_by
        self._labels = labels
        self.by_kind: dict[ListKind, YieldStats] = defaultdict(YieldStats)

    def add_list(self, artist: ArtistId) -> None:
        """Count the list of an artist under its kind."""
        self._count_list(artist, 1)

    def remove_list(self, artist: ArtistId) -> None:
        """Remove a list from the counts, before its artist changes its kind."""
        self._count_list(artist, -1)

    def add_listing(self, relative: ArtistId) -> None:
        """Note that an artist is on one more list: on a second one it is no longer novel."""
        first = self._listed_by[relative]
        if len(first) == 2:  # noqa: PLR2004  a pair
            self.by_kind[self._nodes[first[0]].kind].novel -= 1

    def add_classified(self, node: ArtistState) -> None:
        """Count an artist whose genres were answered on all other lists it is on."""
        for lister in self._listed_by.get(node.id, ()):
            if lister in self._neighbours and lister != node.id:
                self._count_labels(self.by_kind[self._nodes[lister].kind], node, 1)

    def _count_list(self, artist: ArtistId, step: int) -> None:
        if artist not in self._neighbours:
            return
        stats = self.by_kind[self._nodes[artist].kind]
        stats.lists += step
        for relative in self._neighbours[artist]:
            stats.listed += step
            stats.novel += step * (len(self._listed_by[relative]) == 1)
            self._count_labels(stats, self._nodes[relative], step)

    def _count_labels(
        self, stats: YieldStats, relative: ArtistState, step: int
    ) -> None:
        if relative.tagged is None:
            return
        stats.classified += step
        for label in self._labels(relative):
            stats.labelled[label] += step
