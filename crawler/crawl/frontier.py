"""The in-memory view of the graph that the planner decides from.

It holds each artist with its classes, its distance from the seeds, and what is still to be
requested for it. It is built from a snapshot of the store and updated with each committed
result. Both ways give an equal `Frontier`: nothing in it depends on the order in which
results arrived, so an interrupted crawl plans like one that was not.
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
    """The artists of a crawl: classes, distances, open questions and yields of lists.

    Attributes:
        neighbours: The related artists of each expanded artist, in the order of its list.
        listed_by: The artists on whose lists an artist is.
        unexpanded: Artists found whose related artists are not answered.
        unanswered_genres: Artists whose genres are not answered.
        without_tracks: Artists that can get a label and whose tracks are not answered.
        previewed: Labelled artists with a preview, per label.
        found: How many artists have a distance from the seeds.
        changed_depths: Distances to be stored when the round closes.
    """

    def __init__(self, recipe: Recipe, carried: CarriedClasses) -> None:
        self._recipe = recipe
        self._carried = carried
        self._map = ClassMap(recipe.classes)
        self._order = {name: i for i, name in enumerate(recipe.class_names)}
        self._class_cache: dict[str, tuple[str, ...]] = {}
        self.nodes: dict[ArtistId, ArtistState] = {}
        self.neighbours: dict[ArtistId, list[ArtistId]] = {}
        self.listed_by: dict[ArtistId, list[ArtistId]] = defaultdict(list)
        self._yields = YieldTracker(
            self.nodes, self.neighbours, self.listed_by, self.labels
        )
        self.unexpanded: set[ArtistId] = set()
        self.unanswered_genres: set[ArtistId] = set()
        self.without_tracks: set[ArtistId] = set()
        self.previewed: Counter[str] = Counter()
        self.found = 0
        self.expanded = 0
        self.tracks_answered = 0
        self.changed_depths: dict[ArtistId, int] = {}

    @classmethod
    def of(
        cls, snapshot: Snapshot, recipe: Recipe, carried: CarriedClasses
    ) -> "Frontier":
        """Build the frontier from a snapshot of the graph.

        `carried` states which classes the label policy requires of an artist.
        """
        frontier = cls(recipe, carried)
        for artist in snapshot.artists:
            frontier._add(artist)
        genres: dict[ArtistId, list[HasGenre]] = defaultdict(list)
        for edge in snapshot.genres:
            genres[edge.artist].append(edge)
        for artist in snapshot.artists:
            if artist.genres.answered:
                frontier._classify(artist.id, genres.get(artist.id, ()))
        neighbours: dict[ArtistId, list[ArtistId]] = defaultdict(list)
        for start, end in snapshot.related:
            neighbours[start].append(end)
        for artist in snapshot.artists:
            if artist.related.answered:
                frontier._set_neighbours(artist.id, neighbours.get(artist.id, []))
        return frontier

    def apply(self, changes: Changes) -> None:
        """Apply what a result added to the graph."""
        for artist in changes.artists:
            self._update_details(artist)
        for seed in changes.seeds:
            self._lower_depth(seed, 0)
        for identity in changes.identities:
            self.nodes[identity.artist].mbid = identity.mbid
        genres: dict[ArtistId, list[HasGenre]] = defaultdict(list)
        for edge in changes.genres:
            genres[edge.artist].append(edge)
        neighbours: dict[ArtistId, list[ArtistId]] = defaultdict(list)
        for related in sorted(changes.related, key=lambda r: (r.start, r.rank)):
            neighbours[related.start].append(related.end)
        with_preview = {track.id for track in changes.tracks if track.has_preview}
        for performs in changes.performs:
            if performs.track in with_preview:
                self._mark_preview(performs.artist)
        for answered in changes.answered:
            self._record_answer(answered.artist, answered.question, genres, neighbours)
        for failed in changes.failed:
            state = QuestionState(answered=False, tries=failed.tries, why=failed.why)
            self._node(failed.artist).states[failed.question] = state
            self._reindex(failed.artist)

    def labels(self, node: ArtistState) -> tuple[str, ...]:
        """The labels that an artist can get under the label policy."""
        return self._carried.possible_labels(node.classes)

    @property
    def yields(self) -> Mapping[ListKind, YieldStats]:
        """Statistics of the related lists so far, by kind of artist."""
        return self._yields.by_kind

    def is_full(self, class_name: str) -> bool:
        """Whether a class has enough labelled artists that have a preview."""
        enough = self._recipe.crawl.artists_per_class
        return 0 < enough <= self.previewed[class_name]

    @property
    def open_classes(self) -> tuple[str, ...]:
        """The classes that still need artists, in the order of the recipe."""
        return tuple(c for c in self._recipe.class_names if not self.is_full(c))

    def classes_of(self, genre: str) -> tuple[str, ...]:
        """The recipe's classes of a genre name."""
        if genre not in self._class_cache:
            self._class_cache[genre] = self._map.classes_of(genre)
        return self._class_cache[genre]

    def stratum(self, artist: ArtistId) -> str:
        """The group with which an answer about this artist is compared, to detect anomalies.

        Untagged artists often have no related artists; tagged ones nearly always do.
        """
        return "tagged" if self.nodes[artist].tagged else UNTAGGED

    def history(self, question: Question, stratum: str | None) -> tuple[int, int]:
        """Return the number of empty answers and of others (of a stratum)."""
        counts = Counter(
            bool(
                self.neighbours.get(node.id)
                if question is Question.RELATED
                else node.tagged
            )
            for node in self.nodes.values()
            if node.state(question).answered
            and (stratum is None or self.stratum(node.id) == stratum)
        )
        return counts[False], counts[True]

    # -- artists ----------------------------------------------------------------

    def _add(self, artist: KnownArtist) -> None:
        """Add an artist of a snapshot, without its genres and related artists."""
        node = ArtistState(
            artist.id, artist.name, artist.popularity, artist.followers, artist.mbid
        )
        states = {
            Question.GENRES: artist.genres,
            Question.RELATED: artist.related,
            Question.TRACKS: artist.tracks,
        }
        node.states = {q: state for q, state in states.items() if state != OPEN}
        node.depth = artist.depth
        self.nodes[artist.id] = node
        self.found += artist.depth is not None
        self.tracks_answered += artist.tracks.answered
        self._reindex(artist.id)
        if artist.previews:
            self._mark_preview(artist.id)

    def _node(self, artist: ArtistId) -> ArtistState:
        if artist not in self.nodes:
            self.nodes[artist] = ArtistState(artist)
            self._reindex(artist)
        return self.nodes[artist]

    def _update_details(self, artist: Artist) -> None:
        node = self._node(artist.id)
        node.name = node.name or artist.name
        if node.popularity is None:
            node.popularity = artist.popularity
        if node.followers is None:
            node.followers = artist.followers

    def _record_answer(
        self,
        artist: ArtistId,
        question: Question,
        genres: Mapping[ArtistId, list[HasGenre]],
        neighbours: Mapping[ArtistId, list[ArtistId]],
    ) -> None:
        node = self._node(artist)
        if question is Question.IDENTITY or node.state(question).answered:
            return
        node.states[question] = QuestionState(answered=True)
        self.tracks_answered += question is Question.TRACKS
        if question is Question.GENRES:
            self._classify(artist, genres.get(artist, ()))
        elif question is Question.RELATED:
            self._set_neighbours(artist, neighbours.get(artist, []))
        self._reindex(artist)

    def _mark_preview(self, artist: ArtistId) -> None:
        node = self._node(artist)
        if not node.has_preview:
            node.has_preview = True
            self._count_preview(node, 1)

    def _count_preview(self, node: ArtistState, step: int) -> None:
        if node.has_preview:
            for label in self.labels(node):
                self.previewed[label] += step

    def _reindex(self, artist: ArtistId) -> None:
        """Update the sets of open questions for one artist."""
        node = self.nodes[artist]
        _set_member(
            self.unanswered_genres, artist, not node.state(Question.GENRES).answered
        )
        is_open = node.depth is not None and not node.state(Question.RELATED).answered
        _set_member(self.unexpanded, artist, is_open)
        is_open = bool(self.labels(node)) and not node.state(Question.TRACKS).answered
        _set_member(self.without_tracks, artist, is_open)

    # -- classes ----------------------------------------------------------------

    def _classify(self, artist: ArtistId, edges: Iterable[HasGenre]) -> None:
        """Set the classes of an artist from its genres that count."""
        node = self._node(artist)
        counting = [edge for edge in edges if self._recipe.labels.counts(edge)]
        self._yields.remove_list(artist)
        classes = {c for edge in counting for c in self.classes_of(edge.genre)}
        node.classes = tuple(sorted(classes, key=self._order.__getitem__))
        node.tagged = bool(counting)
        node.purity = self._purity(counting)
        self._yields.add_list(artist)
        self._count_preview(node, 1)
        self._yields.add_classified(node)
        self._propagate_hops([artist])
        self._reindex(artist)

    def _purity(self, counting: list[HasGenre]) -> float:
        weights = [(edge.votes or 1, self.classes_of(edge.genre)) for edge in counting]
        inside = sum(weight for weight, classes in weights if classes)
        return inside / max(1, sum(weight for weight, _ in weights))

    # -- neighbours -------------------------------------------------------------

    def _set_neighbours(self, artist: ArtistId, relatives: list[ArtistId]) -> None:
        """Set the neighbours of an artist, from its related list."""
        node = self._node(artist)
        self.expanded += 1
        for relative in relatives:
            self._node(relative)
            self.listed_by[relative].append(artist)
            self._yields.add_listing(relative)
        self.neighbours[artist] = relatives
        self._yields.add_list(artist)
        if node.depth is not None:
            for relative in relatives:
                self._lower_depth(relative, node.depth + 1)
        self._propagate_hops(relatives)

    # -- distances --------------------------------------------------------------

    def _lower_depth(self, artist: ArtistId, depth: int) -> None:
        """Lower the depth of an artist, and of those reached through it."""
        queue = [(artist, depth)]
        for relative, distance in queue:
            node = self._node(relative)
            if node.depth is not None and node.depth <= distance:
                continue
            self.found += node.depth is None
            node.depth = distance
            self.changed_depths[relative] = distance
            self._reindex(relative)
            queue.extend((r, distance + 1) for r in self.neighbours.get(relative, ()))
        if depth == 0:
            self._propagate_hops([artist])

    def _propagate_hops(self, artists: Iterable[ArtistId]) -> None:
        """Recompute `untagged_hops` of these artists, and of those reached through them."""
        queue = list(artists)
        for artist in queue:
            node = self.nodes[artist]
            hops = self._hops(node)
            if hops != node.untagged_hops:
                node.untagged_hops = hops
                queue.extend(self.neighbours.get(artist, ()))

    def _hops(self, node: ArtistState) -> int | None:
        if node.classes:
            return 0
        if node.tagged is not False:
            return None
        if node.depth == 0:
            return 1
        before = [
            self.nodes[lister].untagged_hops for lister in self.listed_by[node.id]
        ]
        return min((hops + 1 for hops in before if hops is not None), default=None)


def _set_member(members: set[ArtistId], artist: ArtistId, wanted: bool) -> None:  # noqa: FBT001
    if wanted:
        members.add(artist)
    else:
        members.discard(artist)


def read_frontier(snapshot: Snapshot, recipe: Recipe) -> Frontier:
    """Build the frontier of a graph under the label policy of the recipe."""
    return Frontier.of(snapshot, recipe, label_policy(recipe.labels.policy).classes)
