"""What related lists have yielded so far, by kind of artist: what order "yield" learns from.

Counts are kept as edges and genres come in, and depend on the graph alone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graph.model.crawl import OPEN, QuestionState
from graph.model.music import ArtistId, Question

UNTAGGED = "untagged"
FOREIGN = "no class"

# Purity (the part of an artist's genre votes that lies in its classes) is looked at
# in quarters: finer steps leave too few expanded artists in each to learn from.
PURITY_STEPS = 4

ListKind = tuple[tuple[str, ...], int]


@dataclass(slots=True)
class ArtistState:
    """One artist, as far as planning cares.

    Attributes:
        classes: The classes of its genres that count, in the recipe's order.
        tagged: Whether any genre counts; None while its genres were not answered.
        untagged_hops: Untagged artists on the shortest way from one that carries a
            class, itself included; None where there is no such way.
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
        """Where one of its questions stands."""
        return self.states.get(question, OPEN)

    @property
    def kind(self) -> ListKind:
        """What the yield of its list is learned by: its classes and purity."""
        if not self.tagged:
            return ((UNTAGGED,), 0)
        step = min(int(self.purity * PURITY_STEPS), PURITY_STEPS - 1)
        return (self.classes or (FOREIGN,), step)


@dataclass(slots=True)
class YieldStats:
    """What the related lists of one kind of artist held.

    Attributes:
        lists: How many lists.
        listed: Artists on them.
        novel: Artists that stand on no other list.
        judged: Artists on them whose genres are answered.
        labelled: How many of those got a label, per class.
    """

    lists: int = 0
    listed: int = 0
    novel: int = 0
    judged: int = 0
    labelled: Counter[str] = field(default_factory=Counter)


class YieldTracker:
    """Counts what lists held, under the kind of the artist whose list it is."""

    def __init__(
        self,
        nodes: Mapping[ArtistId, ArtistState],
        lists: Mapping[ArtistId, list[ArtistId]],
        listed_by: Mapping[ArtistId, list[ArtistId]],
        labels: Callable[[ArtistState], tuple[str, ...]],
    ) -> None:
        self._nodes = nodes
        self._lists = lists
        self._listed_by = listed_by
        self._labels = labels
        self.by_kind: dict[ListKind, YieldStats] = defaultdict(YieldStats)

    def remember(self, artist: ArtistId) -> None:
        """Count an artist's list under its kind."""
        self._weigh(artist, 1)

    def forget(self, artist: ArtistId) -> None:
        """Take a list back, before its artist changes its kind."""
        self._weigh(artist, -1)

    def listed(self, relative: ArtistId) -> None:
        """An artist was put on one more list: on a second one it is no longer novel."""
        first = self._listed_by[relative]
        if len(first) == 2:  # noqa: PLR2004  a pair
            self.by_kind[self._nodes[first[0]].kind].novel -= 1

    def judged(self, node: ArtistState) -> None:
        """An artist's genres were answered: count it on all other lists it stands on."""
        for lister in self._listed_by.get(node.id, ()):
            if lister in self._lists and lister != node.id:
                self._judge(self.by_kind[self._nodes[lister].kind], node, 1)

    def _weigh(self, artist: ArtistId, step: int) -> None:
        if artist not in self._lists:
            return
        lists = self.by_kind[self._nodes[artist].kind]
        lists.lists += step
        for relative in self._lists[artist]:
            lists.listed += step
            lists.novel += step * (len(self._listed_by[relative]) == 1)
            self._judge(lists, self._nodes[relative], step)

    def _judge(self, lists: YieldStats, relative: ArtistState, step: int) -> None:
        if relative.tagged is None:
            return
        lists.judged += step
        for label in self._labels(relative):
            lists.labelled[label] += step
