"""What the crawl knows of its graph: the planner's view, kept up to date answer by answer.

`Frontier.of(store.snapshot(), recipe)` and the same `Frontier` grown by `apply`
are equal: nothing in it depends on the order in which answers came, so that a crawl
that was cut off plans like one that was not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from crawler.crawl.yields import (
    UNTAGGED,
    ArtistState,
    ListKind,
    YieldStats,
    YieldTracker,
)
from crawler.recipe.model import Recipe
from graph.model.crawl import OPEN, KnownArtist, QuestionState, Snapshot
from graph.model.genres import ClassMap
from graph.model.music import Artist, ArtistId, Changes, HasGenre, Question
from queries.label_policies import CarriedClasses, label_policy


class Frontier:
    """The artists of a crawl, their classes, distances and what lists have yielded."""

    def __init__(self, recipe: Recipe, carried: CarriedClasses) -> None:
        self._recipe = recipe
        self._carried = carried
        self._map = ClassMap(recipe.classes)
        self._order = {name: i for i, name in enumerate(recipe.class_names)}
        self._class_cache: dict[str, tuple[str, ...]] = {}
        self.nodes: dict[ArtistId, ArtistState] = {}
        self.lists: dict[ArtistId, list[ArtistId]] = {}
        self.listed_by: dict[ArtistId, list[ArtistId]] = defaultdict(list)
        self._yields = YieldTracker(self.nodes, self.lists, self.listed_by, self.labels)
        self.frontier: set[ArtistId] = set()
        self.unasked_genres: set[ArtistId] = set()
        self.trackless: set[ArtistId] = set()
        self.previewed: Counter[str] = Counter()
        self.found = 0
        self.expanded = 0
        self.tracks_answered = 0
        self.changed_depths: dict[ArtistId, int] = {}

    @classmethod
    def of(
        cls, snapshot: Snapshot, recipe: Recipe, carried: CarriedClasses
    ) -> "Frontier":
        """The knowledge that a graph holds.

        `carried` states which classes the label policy demands of an artist.
        """
        knowledge = cls(recipe, carried)
        for known in snapshot.artists:
            knowledge._meet(known)
        genres: dict[ArtistId, list[HasGenre]] = defaultdict(list)
        for edge in snapshot.genres:
            genres[edge.artist].append(edge)
        for known in snapshot.artists:
            if known.genres.answered:
                knowledge._judge(known.id, genres.get(known.id, ()))
        lists: dict[ArtistId, list[ArtistId]] = defaultdict(list)
        for start, end in snapshot.related:
            lists[start].append(end)
        for known in snapshot.artists:
            if known.related.answered:
                knowledge._list(known.id, lists.get(known.id, []))
        return knowledge

    def read(self, snapshot: Snapshot) -> None:
        """Forget all, and know what a graph holds."""
        vars(self).update(vars(Frontier.of(snapshot, self._recipe, self._carried)))

    def apply(self, changes: Changes) -> None:
        """Learn what an answer added to the graph."""
        for artist in changes.artists:
            self._describe(artist)
        for seed in changes.seeds:
            self._deepen(seed, 0)
        for identity in changes.identities:
            self.nodes[identity.artist].mbid = identity.mbid
        genres: dict[ArtistId, list[HasGenre]] = defaultdict(list)
        for edge in changes.genres:
            genres[edge.artist].append(edge)
        lists: dict[ArtistId, list[ArtistId]] = defaultdict(list)
        for related in sorted(changes.related, key=lambda r: (r.start, r.rank)):
            lists[related.start].append(related.end)
        offered = {track.id for track in changes.tracks if track.has_preview}
        for performs in changes.performs:
            if performs.track in offered:
                self._offer(performs.artist)
        for answered in changes.answered:
            self._answer(answered.artist, answered.question, genres, lists)
        for failed in changes.failed:
            state = QuestionState(answered=False, tries=failed.tries, why=failed.why)
            self._node(failed.artist).states[failed.question] = state
            self._refile(failed.artist)

    def labels(self, node: ArtistState) -> tuple[str, ...]:
        """The labels that an artist can get under the label policy."""
        return self._carried.possible_labels(node.classes)

    @property
    def yields(self) -> Mapping[ListKind, YieldStats]:
        """What related lists have held, by kind of artist."""
        return self._yields.by_kind

    def is_full(self, class_name: str) -> bool:
        """Whether a class has enough labelled artists that have a preview."""
        enough = self._recipe.crawl.artists_per_class
        return 0 < enough <= self.previewed[class_name]

    @property
    def open_classes(self) -> tuple[str, ...]:
        """The classes that still want artists, in the recipe's order."""
        return tuple(c for c in self._recipe.class_names if not self.is_full(c))

    def classes_of(self, genre: str) -> tuple[str, ...]:
        """The recipe's classes of a genre name."""
        if genre not in self._class_cache:
            self._class_cache[genre] = self._map.classes_of(genre)
        return self._class_cache[genre]

    def stratum(self, artist: ArtistId) -> str:
        """Which artists an answer about this one is compared with, to notice a drift.

        Untagged artists often have no relatives; tagged ones nearly always do.
        """
        return "tagged" if self.nodes[artist].tagged else UNTAGGED

    def history(self, question: Question, stratum: str | None) -> tuple[int, int]:
        """How many answers said "none", and how many said something (of a stratum)."""
        said = Counter(
            bool(
                self.lists.get(node.id) if question is Question.RELATED else node.tagged
            )
            for node in self.nodes.values()
            if node.state(question).answered
            and (stratum is None or self.stratum(node.id) == stratum)
        )
        return said[False], said[True]

    # -- artists ----------------------------------------------------------------

    def _meet(self, known: KnownArtist) -> None:
        node = ArtistState(
            known.id, known.name, known.popularity, known.followers, known.mbid
        )
        states = {
            Question.GENRES: known.genres,
            Question.RELATED: known.related,
            Question.TRACKS: known.tracks,
        }
        node.states = {q: state for q, state in states.items() if state != OPEN}
        node.depth = known.depth
        self.nodes[known.id] = node
        self.found += known.depth is not None
        self.tracks_answered += known.tracks.answered
        self._refile(known.id)
        if known.previews:
            self._offer(known.id)

    def _node(self, artist: ArtistId) -> ArtistState:
        if artist not in self.nodes:
            self.nodes[artist] = ArtistState(artist)
            self._refile(artist)
        return self.nodes[artist]

    def _describe(self, artist: Artist) -> None:
        node = self._node(artist.id)
        node.name = node.name or artist.name
        if node.popularity is None:
            node.popularity = artist.popularity
        if node.followers is None:
            node.followers = artist.followers

    def _answer(
        self,
        artist: ArtistId,
        question: Question,
        genres: Mapping[ArtistId, list[HasGenre]],
        lists: Mapping[ArtistId, list[ArtistId]],
    ) -> None:
        node = self._node(artist)
        if question is Question.IDENTITY or node.state(question).answered:
            return
        node.states[question] = QuestionState(answered=True)
        self.tracks_answered += question is Question.TRACKS
        if question is Question.GENRES:
            self._judge(artist, genres.get(artist, ()))
        elif question is Question.RELATED:
            self._list(artist, lists.get(artist, []))
        self._refile(artist)

    def _offer(self, artist: ArtistId) -> None:
        node = self._node(artist)
        if not node.has_preview:
            node.has_preview = True
            self._count_preview(node, 1)

    def _count_preview(self, node: ArtistState, step: int) -> None:
        if node.has_preview:
            for label in self.labels(node):
                self.previewed[label] += step

    def _refile(self, artist: ArtistId) -> None:
        """Put an artist into the sets of those that are still to ask, or out of them."""
        node = self.nodes[artist]
        _keep(self.unasked_genres, artist, not node.state(Question.GENRES).answered)
        is_open = node.depth is not None and not node.state(Question.RELATED).answered
        _keep(self.frontier, artist, is_open)
        is_open = bool(self.labels(node)) and not node.state(Question.TRACKS).answered
        _keep(self.trackless, artist, is_open)

    # -- classes ----------------------------------------------------------------

    def _judge(self, artist: ArtistId, edges: Iterable[HasGenre]) -> None:
        """Give an artist its classes from the genres that count."""
        node = self._node(artist)
        counting = [edge for edge in edges if self._recipe.labels.counts(edge)]
        self._yields.forget(artist)
        classes = {c for edge in counting for c in self.classes_of(edge.genre)}
        node.classes = tuple(sorted(classes, key=self._order.__getitem__))
        node.tagged = bool(counting)
        node.purity = self._purity(counting)
        self._yields.remember(artist)
        self._count_preview(node, 1)
        self._yields.judged(node)
        self._settle([artist])
        self._refile(artist)

    def _purity(self, counting: list[HasGenre]) -> float:
        weights = [(edge.votes or 1, self.classes_of(edge.genre)) for edge in counting]
        inside = sum(weight for weight, classes in weights if classes)
        return inside / max(1, sum(weight for weight, _ in weights))

    # -- lists ------------------------------------------------------------------

    def _list(self, artist: ArtistId, relatives: list[ArtistId]) -> None:
        """Take an artist's related list."""
        node = self._node(artist)
        self.expanded += 1
        for relative in relatives:
            self._node(relative)
            self.listed_by[relative].append(artist)
            self._yields.listed(relative)
        self.lists[artist] = relatives
        self._yields.remember(artist)
        if node.depth is not None:
            for relative in relatives:
                self._deepen(relative, node.depth + 1)
        self._settle(relatives)

    # -- distances --------------------------------------------------------------

    def _deepen(self, artist: ArtistId, depth: int) -> None:
        """Lower depths along the lists, from one artist on."""
        queue = [(artist, depth)]
        for relative, distance in queue:
            node = self._node(relative)
            if node.depth is not None and node.depth <= distance:
                continue
            self.found += node.depth is None
            node.depth = distance
            self.changed_depths[relative] = distance
            self._refile(relative)
            queue.extend((r, distance + 1) for r in self.lists.get(relative, ()))
        if depth == 0:
            self._settle([artist])

    def _settle(self, artists: Iterable[ArtistId]) -> None:
        """Find `untagged_hops` anew, from these artists on."""
        queue = list(artists)
        for artist in queue:
            node = self.nodes[artist]
            hops = self._hops(node)
            if hops != node.untagged_hops:
                node.untagged_hops = hops
                queue.extend(self.lists.get(artist, ()))

    def _hops(self, node: ArtistState) -> int | None:
        if node.classes:
            return 0
        if node.tagged is not False:
            return None
        if node.depth == 0:
            return 1
        known = [self.nodes[lister].untagged_hops for lister in self.listed_by[node.id]]
        return min((hops + 1 for hops in known if hops is not None), default=None)


def _keep(members: set[ArtistId], artist: ArtistId, wanted: bool) -> None:  # noqa: FBT001
    if wanted:
        members.add(artist)
    else:
        members.discard(artist)


def read_frontier(snapshot: Snapshot, recipe: Recipe) -> Frontier:
    """The frontier of a graph, under the recipe's label policy."""
    return Frontier.of(snapshot, recipe, label_policy(recipe.labels.policy).classes)
