"""Communities: which artists list each other, how stable the groups are, what is in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES
from queries.analysis.arrays import (
    Bools,
    Floats,
    GraphArrays,
    Ints,
    graph_arrays,
    one_class_numbers,
)
from queries.analysis.community_detection import (
    RUNS,
    Communities,
    adjusted_rand,
    connected_projection,
    detect_communities,
    modularity_of,
    mutual_information,
)
from queries.analysis.result import (
    Analysis,
    Bars,
    Matrix,
    Table,
    percent,
    share,
    significant,
)

_COMMUNITIES_IN_TABLE = 30
_COMMUNITIES_IN_FIGURE = 20
# A genre that fewer artists of a group carry does not characterise the group.
_MIN_ARTISTS_PER_GENRE = 2
_SOURCE = (
    "V. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, Fast unfolding of communities in"
    " large networks, J. Stat. Mech. (2008) P10008; agreement: L. Danon et al., J. Stat. Mech."
    " (2005) P09008; L. Hubert, P. Arabie, J. Classification 2 (1985) 193"
)


def communities(graph: ArtistGraph, *, seed: int = 2026) -> Analysis:
    """Find communities by modularity and compare them with the classes.

    Raises:
        AnalysisError: The graph has fewer than two artists or no edges.
    """
    arrays = graph_arrays(graph)
    undirected = connected_projection(arrays)
    found = detect_communities(undirected, arrays, seed)
    names = _used_classes(graph)
    classes = one_class_numbers(graph, names)
    describer = GroupDescriber(graph, arrays)
    rows = [
        *_measures(found, arrays, undirected),
        *_agreement_with_classes(found, arrays, classes),
    ]
    return Analysis(
        "communities",
        ANALYSES["communities"].question,
        "Louvain at resolution 1 on the undirected graph, with the weights of both"
        f" directions added; the best modularity of {RUNS} runs with the seeds {seed} to"
        f" {seed + RUNS - 1}.",
        _SOURCE,
        (
            Table("Communities", ("measure", "value", "over"), tuple(rows)),
            _composition(describer, arrays, found, classes),
            _members(graph, found),
            *_spread(names, found, classes),
        ),
        _notes(found, arrays),
        _figures(names, found, classes, describer),
    )


def _used_classes(graph: ArtistGraph) -> tuple[str, ...]:
    """The classes that artists have, in the recipe's order, unknown ones last."""
    used = {str(name or "") for _, name in graph.nodes(data="class")} - {""}
    order = {name: at for at, name in enumerate(graph.graph.get("class_names", ()))}
    return tuple(sorted(used, key=lambda name: (order.get(name, len(order)), name)))


# -- measures -------------------------------------------------------------------------


def _measures(
    found: Communities, arrays: GraphArrays, undirected: "nx.Graph[int]"
) -> list[tuple[object, ...]]:
    sizes = [len(group) for group in found.groups]
    connected = int((~arrays.isolated).sum())
    over = "artists with an edge"
    return [
        ("communities", len(sizes), over),
        ("artists", connected, over),
        ("isolated artists, in none", int(arrays.isolated.sum()), "all artists"),
        ("largest community", sizes[0], over),
        ("median size", significant(float(np.median(sizes))), over),
        ("share in the ten largest", share(sum(sizes[:10]), connected), over),
        ("modularity", significant(max(found.modularity)), over),
        ("modularity, lowest of the runs", significant(min(found.modularity)), over),
        (
            "modularity",
            _expanded_modularity(found, arrays, undirected),
            "expanded artists",
        ),
        ("NMI between runs, mean", significant(float(np.mean(found.agreement))), over),
        ("NMI between runs, lowest", significant(min(found.agreement)), over),
    ]


def _expanded_modularity(
    found: Communities, arrays: GraphArrays, undirected: "nx.Graph[int]"
) -> float | None:
    """The modularity of the same communities in the subgraph induced by the expanded."""
    induced = undirected.subgraph(
        np.flatnonzero(arrays.expanded & ~arrays.isolated).tolist()
    )
    if not induced.number_of_edges():
        return None
    kept = [[at for at in group if at in induced] for group in found.groups]
    return significant(modularity_of(induced, [group for group in kept if group]))


def _agreement_with_classes(
    found: Communities, arrays: GraphArrays, classes: Ints
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for over, among in (
        ("artists with an edge and one class", np.ones(arrays.size, dtype=np.bool_)),
        ("expanded artists with an edge and one class", arrays.expanded),
    ):
        kept: Bools = among & (classes >= 0) & (found.member >= 0)
        if kept.any():
            both = found.member[kept], classes[kept]
            rows += [
                ("NMI with the classes", significant(mutual_information(*both)), over),
                ("ARI with the classes", significant(adjusted_rand(*both)), over),
                ("artists compared with the classes", int(kept.sum()), over),
            ]
    return rows


# -- what the communities consist of ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupDescription:
    """What a group of artists consists of, as text.

    Attributes:
        classes: Its most common classes with their share of the classed artists, such as
            "metal 81 %".
        genres: Its most over-represented genres with their lift, such as "sludge (12x)".
        artists: Its most listed artists, by how many expanded artists list them.
    """

    classes: str
    genres: str
    artists: str


class GroupDescriber:
    """Describes groups of artists by what distinguishes them from the whole graph."""

    def __init__(self, graph: ArtistGraph, arrays: GraphArrays) -> None:
        self._labels = [str(name) for _, name in graph.nodes(data="label")]
        self._classes = [str(name or "") for _, name in graph.nodes(data="class")]
        self._genres = [tuple(own or ()) for _, own in graph.nodes(data="genres")]
        self._in_degree = arrays.in_degree.tolist()
        self._genre_counts = Counter(g for own in self._genres for g in own)
        self._tagged = sum(1 for own in self._genres if own)

    def describe(self, members: Sequence[int], *, most: int = 3) -> GroupDescription:
        """The most common classes, distinctive genres and most listed artists of a group."""
        return GroupDescription(
            ", ".join(self._top_classes(members, most)),
            ", ".join(self._top_genres(members, most)),
            ", ".join(self._top_artists(members, most)),
        )

    def name(self, members: Sequence[int]) -> str:
        """A short name: the most common class and the most distinctive genre.

        Empty where the group has neither.
        """
        described = self.describe(members, most=1)
        parts = described.classes.rsplit(" ", 2)[0], described.genres.rsplit(" (", 1)[0]
        return ", ".join(dict.fromkeys(filter(None, parts)))

    def _top_classes(self, members: Sequence[int], most: int) -> list[str]:
        counts = Counter(name for at in members if (name := self._classes[at]))
        total = counts.total()
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [f"{name} {100 * count / total:.0f} %" for name, count in ordered[:most]]

    def _top_genres(self, members: Sequence[int], most: int) -> list[str]:
        counts = Counter(genre for at in members for genre in self._genres[at])
        tagged = sum(1 for at in members if self._genres[at])
        scored = [
            (self._z_score(genre, count, tagged), genre, count)
            for genre, count in counts.items()
            if count >= _MIN_ARTISTS_PER_GENRE
        ]
        distinctive = sorted(
            (item for item in scored if item[0] > 0), key=lambda i: (-i[0], i[1])
        )
        return [
            f"{genre} ({_times(self._lift(genre, count, tagged))}x)"
            for _, genre, count in distinctive[:most]
        ]

    def _lift(self, genre: str, count: int, tagged: int) -> float:
        """The genre's share of the group's tagged artists over its share of all of them."""
        return count * self._tagged / (tagged * self._genre_counts[genre])

    def _z_score(self, genre: str, count: int, tagged: int) -> float:
        """Standard deviations above a random draw of the group (hypergeometric)."""
        part = self._genre_counts[genre] / self._tagged
        others = (self._tagged - tagged) / max(self._tagged - 1, 1)
        variance = tagged * part * (1 - part) * others
        return (count - tagged * part) / variance**0.5 if variance > 0 else 0.0

    def _top_artists(self, members: Sequence[int], most: int) -> list[str]:
        ordered = sorted(members, key=lambda at: (-self._in_degree[at], at))
        return [self._labels[at] for at in ordered[:most]]


def _times(lift: float) -> str:
    return f"{lift:.0f}" if lift >= 10 else f"{lift:.1f}"  # noqa: PLR2004  used once


def _composition(
    describer: GroupDescriber, arrays: GraphArrays, found: Communities, classes: Ints
) -> Table:
    inside = _weight_inside(found, arrays)
    rows = []
    for number, group in enumerate(found.groups[:_COMMUNITIES_IN_TABLE]):
        members = list(group)
        described = describer.describe(members)
        rows.append(
            (
                number + 1,
                len(group),
                int(arrays.expanded[members].sum()),
                int((classes[members] >= 0).sum()),
                significant(float(inside[number])),
                described.classes,
                described.genres,
                described.artists,
            )
        )
    columns = (
        "community",
        "artists",
        "expanded",
        "with_class",
        "weight_inside",
        "classes",
        "telling_genres",
        "most_listed",
    )
    return Table(
        f"What the {_COMMUNITIES_IN_TABLE} largest communities consist of",
        columns,
        tuple(rows),
    )


def _weight_inside(found: Communities, arrays: GraphArrays) -> Floats:
    """Per community, the share of the weight of all edges that touch it that stays inside."""
    start, end = found.member[arrays.start], found.member[arrays.end]
    count, within = len(found.groups), start == end
    stays = np.bincount(start[within], arrays.weight[within], minlength=count)
    leaves = np.bincount(start[~within], arrays.weight[~within], minlength=count)
    enters = np.bincount(end[~within], arrays.weight[~within], minlength=count)
    return np.asarray(stays / np.maximum(stays + leaves + enters, 1e-300))


def _members(graph: ArtistGraph, found: Communities) -> Table:
    """The community of each artist, in the graph's order; None where it is isolated."""
    rows = [
        (
            artist,
            data["label"],
            number + 1 if number >= 0 else None,
            data.get("class") or "",
        )
        for (artist, data), number in zip(
            graph.nodes(data=True), found.member.tolist(), strict=True
        )
    ]
    columns = ("artist", "name", "community", "class")
    return Table("The community of each artist", columns, tuple(rows))


def _spread(
    names: tuple[str, ...], found: Communities, classes: Ints
) -> tuple[Table, ...]:
    """Per class, how its artists are spread over the communities."""
    if not names:
        return ()
    rows = []
    for number, name in enumerate(names):
        homes = found.member[(classes == number) & (found.member >= 0)]
        counts = np.bincount(homes, minlength=1)
        shares = counts[counts > 0] / max(len(homes), 1)
        top = int(counts.argmax())
        rows.append(
            (
                name,
                len(homes),
                int((counts > 0).sum()),
                top + 1 if len(homes) else None,
                share(int(counts[top]), len(homes)),
                # So many communities of equal size would be equally mixed.
                significant(float(1 / (shares**2).sum())) if len(homes) else None,
            )
        )
    columns = (
        "class",
        "artists",
        "communities",
        "main_community",
        "share_in_main",
        "effective_communities",
    )
    return (
        Table("How each class is spread over the communities", columns, tuple(rows)),
    )


# -- notes and figures ----------------------------------------------------------------


def _notes(found: Communities, arrays: GraphArrays) -> tuple[str, ...]:
    frontier = int((~arrays.expanded & ~arrays.isolated).sum())
    connected = int((~arrays.isolated).sum())
    return (
        (
            "The table The community of each artist assigns every artist to its community"
            " (isolated artists have none); `--json` writes it in full."
        ),
        (
            f"{percent(frontier, connected)} of the artists with an edge are frontier: they"
            " are attached only to the artists that list them, which raises the modularity."
            " The second modularity measures the same communities among the expanded"
            " artists only."
        ),
        (
            "The weight of an edge is the source's score, or 1/rank. Where two artists list"
            " each other, both weights are added, so mutual listing counts more."
        ),
        (
            "Runs with different seeds differ: the NMI between them, here"
            f" {np.mean(found.agreement):.2f} on average, is 1 where they all agree; the"
            " lower it is, the less the community of a single artist means. Modularity"
            " cannot resolve communities that are small compared with the whole graph"
            " (S. Fortunato, M. Barthelemy, PNAS 104 (2007) 36)."
        ),
        (
            "NMI grows with the number of communities; ARI is corrected for chance. Low"
            " values do not necessarily mean bad communities: they may be finer than the"
            " classes."
        ),
        (
            "telling_genres are the genres furthest above a random draw (in hypergeometric"
            " standard deviations); the number in brackets is how many times their share in"
            " the community exceeds their share in the graph."
        ),
    )


def _figures(
    names: tuple[str, ...],
    found: Communities,
    classes: Ints,
    describer: GroupDescriber,
) -> tuple[Matrix | Bars, ...]:
    shown = found.groups[:_COMMUNITIES_IN_FIGURE]
    titles = tuple(
        f"{number} {describer.name(group)}".rstrip()
        for number, group in enumerate(shown, start=1)
    )
    sizes = Bars("Communities", "artists", titles, tuple(float(len(g)) for g in shown))
    if not names:
        return (sizes,)
    values = []
    for group in shown:
        own = classes[list(group)]
        counts = np.bincount(own[own >= 0], minlength=len(names))
        values.append(tuple((counts / max(counts.sum(), 1)).tolist()))
    title = "Share of each class among a community's artists with a class"
    return Matrix(title, titles, names, tuple(values)), sizes
