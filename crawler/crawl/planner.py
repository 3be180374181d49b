"""The next round of a crawl: a pure function of what is known and of the recipe.

Order of a plan: artists to expand, genres of all artists found, tracks of artists
that can still be chosen; cut to the budgets in that order.
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

# A question is asked in so many rounds before it is left alone: what fails three
# times, rounds apart, fails for a reason that more asking does not mend.
MAX_TRIES = 3

# Track questions a round may hold, in rounds: labelled artists come in at up to this
# many per artist expanded, and the labelled count should not trail behind.
TRACKS_PER_EXPANSION = 2

# YieldStats of a kind that weigh as much as what is known of all kinds together, so that
# a kind seen once or twice is not believed yet.
PRIOR_LISTS = 20

SortKey = tuple[float | int | str, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """What one work item of each kind may cost at the most, and how many artists it takes."""

    genres_batch: int = 100
    genres_requests: int = 3
    related_requests: int = 1
    tracks_requests: int = 1
    seeds_requests: int = 3

    def of(self, kind: WorkKind) -> int:
        """Requests to reserve for one work item."""
        return {
            WorkKind.SEEDS: self.seeds_requests,
            WorkKind.GENRES: self.genres_requests,
            WorkKind.RELATED: self.related_requests,
            WorkKind.TRACKS: self.tracks_requests,
        }[kind]


def plan_round(
    known: Frontier, recipe: Recipe, *, number: int, spent: int, costs: Costs
) -> Plan:
    """The round after the last one closed; without work items when nothing is left to request.

    Args:
        known: The graph as it was when the last round closed.
        recipe: What the crawl is for.
        number: The round's number.
        spent: Requests of the answers so far.
        costs: What work items cost.
    """
    expand = [(WorkKind.RELATED, (a,)) for a in artists_to_expand(known, recipe)]
    tracks = [(WorkKind.TRACKS, (a,)) for a in artists_to_list(known, recipe)]
    is_busy = bool(expand or tracks)
    batches = genre_batches(known, costs.genres_batch, whole_only=is_busy)
    asked = [(WorkKind.GENRES, batch) for batch in batches]
    wanted = [*expand, *asked, *tracks]
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
    """The first of the work items, as far as the requests reach."""
    for kind, artists in wanted:
        if left is not None:
            left -= costs.of(kind)
            if left < 0:
                return
        yield kind, artists


def goal_reached(known: Frontier, recipe: Recipe) -> bool:
    """Whether every class has enough labelled artists that have a preview."""
    has_goal = bool(recipe.classes) and recipe.crawl.artists_per_class > 0
    return has_goal and not known.open_classes


def can_be_expanded(node: ArtistState, known: Frontier, recipe: Recipe) -> bool:
    """Whether an artist of the frontier lies in the recipe's focus and budgets."""
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
    return not node.classes or not all(map(known.is_full, node.classes))


def artists_to_expand(known: Frontier, recipe: Recipe) -> list[ArtistId]:
    """The artists whose relatives the next round asks for, first the best."""
    rules = recipe.crawl
    is_over = rules.max_artists and known.found >= rules.max_artists
    if is_over or goal_reached(known, recipe):
        return []
    nodes = (known.nodes[artist] for artist in known.frontier)
    candidates = [node for node in nodes if can_be_expanded(node, known, recipe)]
    best = nsmallest(rules.round, candidates, key=_order(known, recipe))
    return [node.id for node in best]


def _order(known: Frontier, recipe: Recipe) -> Callable[[ArtistState], SortKey]:
    """The sort key of the recipe's order, smallest first."""
    order = recipe.crawl.order
    if order is Order.RANDOM:
        return lambda node: (_shuffled(recipe.export.seed, node.id), node.id)
    if order is Order.BREADTH_FIRST:
        return lambda node: (node.depth or 0, node.id)
    expected = expected_yields(known)
    open_classes = frozenset(known.open_classes)

    def by_yield(node: ArtistState) -> SortKey:
        is_wanted = any(c in open_classes for c in node.classes)
        gain = expected.get(node.kind, expected[None]) / _familiarity(known, node)
        return (not is_wanted, -gain, -_fame(node), node.depth or 0, node.id)

    return by_yield


def _shuffled(seed: int, artist: ArtistId) -> str:
    return hashlib.sha256(f"{seed}/{artist}".encode()).hexdigest()


def _fame(node: ArtistState) -> int:
    return node.followers or node.popularity or 0


def _familiarity(known: Frontier, node: ArtistState) -> int:
    """An artist on many lists already lies amid artists that are known."""
    return 1 + len(known.listed_by.get(node.id, ()))


def expected_yields(known: Frontier) -> dict[ListKind | None, float]:
    """New labelled artists of open classes to expect from a list, by kind of artist.

    Learned from the lists so far: how many of their artists stand on no other list,
    times how many of those judged got a label that is still wanted. Kinds seen
    rarely are drawn towards the mean of all, which stands under None.
    """
    open_classes = known.open_classes
    kinds = list(known.yields.items())
    overall = _mean_yield([lists for _, lists in kinds], open_classes)
    expected: dict[ListKind | None, float] = {None: overall}
    for kind, lists in kinds:
        own = _mean_yield([lists], open_classes)
        weight = lists.lists / (lists.lists + PRIOR_LISTS)
        expected[kind] = weight * own + (1 - weight) * overall
    return expected


def _mean_yield(kinds: Sequence[YieldStats], open_classes: Sequence[str]) -> float:
    lists = sum(kind.lists for kind in kinds)
    judged = sum(kind.judged for kind in kinds)
    if not lists or not judged:
        return 0.0
    novel = sum(kind.novel for kind in kinds)
    wanted = sum(kind.labelled[c] for kind in kinds for c in open_classes)
    return novel / lists * wanted / judged


def genre_batches(
    known: Frontier, size: int, *, whole_only: bool
) -> list[tuple[ArtistId, ...]]:
    """Artists whose genres are not known yet, nearest first, in batches of `size`.

    A batch that is not full waits for the next round, unless nothing else is left to
    ask: a request for twelve costs as much as one for a hundred.
    """
    nodes = [known.nodes[artist] for artist in known.unasked_genres]
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


def artists_to_list(known: Frontier, recipe: Recipe) -> list[ArtistId]:
    """The artists whose tracks the next round asks for: the open classes in turn."""
    by_class: dict[str, list[ArtistState]] = {c: [] for c in known.open_classes}
    for artist in known.trackless:
        node = known.nodes[artist]
        if node.state(Question.TRACKS).tries < MAX_TRIES:
            for label in by_class.keys() & known.labels(node):
                by_class[label].append(node)
    enough = recipe.crawl.artists_per_class
    queues = [
        nsmallest(
            enough - known.previewed[name] if enough else len(nodes),
            nodes,
            key=lambda node: (-_fame(node), node.depth or 0, node.id),
        )
        for name, nodes in by_class.items()
    ]
    in_turn = chain.from_iterable(zip_longest(*queues))
    limit = TRACKS_PER_EXPANSION * recipe.crawl.round
    artists = dict.fromkeys(node.id for node in in_turn if node is not None)
    return list(artists)[:limit]
