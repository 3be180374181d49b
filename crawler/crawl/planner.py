"""Plans the next round of a crawl: a pure function of the frontier and the recipe.

A plan lists, in this order, the artists to expand, the artists whose genres are missing, and
the artists whose tracks are needed. It is cut off where the budget of requests ends.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain, zip_longest

from crawler.crawl.frontier import Frontier
from crawler.crawl.yields import ArtistState, ListKind, YieldStats
from crawler.recipe.model import Focus, Order, Recipe
from graph.model.crawl import Plan, WorkItem, WorkKind
from graph.model.music import ArtistId, Question

# Rounds in which a question is tried. One that fails three times, rounds apart, fails for a
# reason that further requests do not change.
MAX_TRIES = 3

# Track requests in a round, per artist expanded: expanding one artist yields up to this many
# labelled ones, and their tracks should not fall behind.
TRACKS_PER_EXPANSION = 2

# The mean of all kinds counts as much as this many lists of one kind, so that a kind with
# one or two lists has little weight.
PRIOR_LISTS = 20

SortKey = tuple[float | int | str, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """The most requests that a work item of each kind may cost, and the size of a genre batch."""

    genres_batch: int = 100
    genres_requests: int = 3
    related_requests: int = 1
    tracks_requests: int = 1
    seeds_requests: int = 3

    def of(self, kind: WorkKind) -> int:
        """Return the requests to reserve for one work item."""
        return {
            WorkKind.SEEDS: self.seeds_requests,
            WorkKind.GENRES: self.genres_requests,
            WorkKind.RELATED: self.related_requests,
            WorkKind.TRACKS: self.tracks_requests,
        }[kind]


def plan_round(
    frontier: Frontier, recipe: Recipe, *, number: int, spent: int, costs: Costs
) -> Plan:
    """Plan the round after the last closed one; it is empty when nothing is left to request.

    Args:
        frontier: The graph as it was when the last round closed.
        recipe: What the crawl is for.
        number: The round's number.
        spent: Requests of the results so far.
        costs: The cost of each kind of work item.
    """
    expand = [(WorkKind.RELATED, (a,)) for a in artists_to_expand(frontier, recipe)]
    tracks = [(WorkKind.TRACKS, (a,)) for a in artists_for_tracks(frontier, recipe)]
    is_busy = bool(expand or tracks)
    batches = genre_batches(frontier, costs.genres_batch, whole_only=is_busy)
    genres = [(WorkKind.GENRES, batch) for batch in batches]
    wanted = [*expand, *genres, *tracks]
    left = recipe.crawl.max_requests - spent if recipe.crawl.max_requests else None
    items = (
        WorkItem(f"{number}/{kind}/{position}", number, position, kind, artists)
        for position, (kind, artists) in enumerate(_affordable(wanted, left, costs))
    )
    return Plan(number, tuple(items))


def _affordable(
    wanted: Iterable[tuple[WorkKind, tuple[ArtistId, ...]]],
    left: int | None,
    costs: Costs,
) -> Iterator[tuple[WorkKind, tuple[ArtistId, ...]]]:
    """Yield the first work items, as many as the remaining requests allow."""
    for kind, artists in wanted:
        if left is not None:
            left -= costs.of(kind)
            if left < 0:
                return
        yield kind, artists


def goal_reached(frontier: Frontier, recipe: Recipe) -> bool:
    """Whether every class has enough labelled artists that have a preview."""
    has_goal = bool(recipe.classes) and recipe.crawl.artists_per_class > 0
    return has_goal and not frontier.open_classes


def can_be_expanded(node: ArtistState, frontier: Frontier, recipe: Recipe) -> bool:
    """Whether the focus and budgets of the recipe allow expanding an artist."""
    rules = recipe.crawl
    if node.depth is None or 0 < rules.max_hops <= node.depth:
        return False
    if node.state(Question.RELATED).tries >= MAX_TRIES:
        return False
    if rules.focus is Focus.ANY:
        return True
    hops = node.untagged_hops
    if hops is None or hops > rules.max_untagged_hops:
        return False
    return not node.classes or not all(map(frontier.is_full, node.classes))


def artists_to_expand(frontier: Frontier, recipe: Recipe) -> list[ArtistId]:
    """The artists whose related artists the next round requests, best first."""
    rules = recipe.crawl
    is_over = rules.max_artists and frontier.found >= rules.max_artists
    if is_over or goal_reached(frontier, recipe):
        return []
    nodes = (frontier.nodes[artist] for artist in frontier.unexpanded)
    candidates = [node for node in nodes if can_be_expanded(node, frontier, recipe)]
    best = nsmallest(rules.round, candidates, key=_order(frontier, recipe))
    return [node.id for node in best]


def _order(frontier: Frontier, recipe: Recipe) -> Callable[[ArtistState], SortKey]:
    """The sort key of the recipe's order, smallest first."""
    order = recipe.crawl.order
    if order is Order.RANDOM:
        return lambda node: (_shuffled(recipe.export.seed, node.id), node.id)
    if order is Order.BREADTH_FIRST:
        return lambda node: (node.depth or 0, node.id)
    expected = expected_yields(frontier)
    open_classes = frozenset(frontier.open_classes)

    def by_yield(node: ArtistState) -> SortKey:
        is_wanted = any(c in open_classes for c in node.classes)
        gain = expected.get(node.kind, expected[None]) / _familiarity(frontier, node)
        return (not is_wanted, -gain, -_fame(node), node.depth or 0, node.id)

    return by_yield


def _shuffled(seed: int, artist: ArtistId) -> str:
    return hashlib.sha256(f"{seed}/{artist}".encode()).hexdigest()


def _fame(node: ArtistState) -> int:
    return node.followers or node.popularity or 0


def _familiarity(frontier: Frontier, node: ArtistState) -> int:
    """How many lists an artist is on, plus one: the more, the fewer new artists it leads to."""
    return 1 + len(frontier.listed_by.get(node.id, ()))


def expected_yields(frontier: Frontier) -> dict[ListKind | None, float]:
    """The expected number of new labelled artists of open classes on a list, by kind.

    Estimated from the lists so far: the number of their artists on no other list, times
    the share of classified artists with a label that is still wanted. Kinds with few lists
    are drawn towards the mean of all kinds, which has the key None.
    """
    open_classes = frontier.open_classes
    kinds = list(frontier.yields.items())
    overall = _mean_yield([lists for _, lists in kinds], open_classes)
    expected: dict[ListKind | None, float] = {None: overall}
    for kind, lists in kinds:
        own = _mean_yield([lists], open_classes)
        weight = lists.lists / (lists.lists + PRIOR_LISTS)
        expected[kind] = weight * own + (1 - weight) * overall
    return expected


def _mean_yield(kinds: Sequence[YieldStats], open_classes: Sequence[str]) -> float:
    lists = sum(kind.lists for kind in kinds)
    judged = sum(kind.classified for kind in kinds)
    if not lists or not judged:
        return 0.0
    novel = sum(kind.novel for kind in kinds)
    wanted = sum(kind.labelled[c] for kind in kinds for c in open_classes)
    return novel / lists * wanted / judged


def genre_batches(
    frontier: Frontier, size: int, *, whole_only: bool
) -> list[tuple[ArtistId, ...]]:
    """Artists whose genres are not answered yet, nearest first, in batches of `size`.

    A batch that is not full waits for the next round, unless there is nothing else to
    request: a request for twelve costs as much as one for a hundred.
    """
    nodes = [frontier.nodes[artist] for artist in frontier.unanswered_genres]
    waiting = sorted(
        (node for node in nodes if node.state(Question.GENRES).tries < MAX_TRIES),
        key=lambda node: (node.depth is None, node.depth or 0, node.id),
    )
    ids = [node.id for node in waiting] if size else []
    batches = [tuple(ids[i : i + size]) for i in range(0, len(ids), size or 1)]
    is_left_over = bool(batches) and len(batches[-1]) < size
    if is_left_over and (whole_only or len(batches) > 1):
        batches.pop()
    return batches


def artists_for_tracks(frontier: Frontier, recipe: Recipe) -> list[ArtistId]:
    """The artists whose tracks the next round requests, alternating between open classes."""
    by_class: dict[str, list[ArtistState]] = {c: [] for c in frontier.open_classes}
    for artist in frontier.without_tracks:
        node = frontier.nodes[artist]
        if node.state(Question.TRACKS).tries < MAX_TRIES:
            for label in by_class.keys() & frontier.labels(node):
                by_class[label].append(node)
    enough = recipe.crawl.artists_per_class
    queues = [
        nsmallest(
            enough - frontier.previewed[name] if enough else len(nodes),
            nodes,
            key=lambda node: (-_fame(node), node.depth or 0, node.id),
        )
        for name, nodes in by_class.items()
    ]
    alternating = chain.from_iterable(zip_longest(*queues))
    limit = TRACKS_PER_EXPANSION * recipe.crawl.round
    artists = dict.fromkeys(node.id for node in alternating if node is not None)
    return list(artists)[:limit]
