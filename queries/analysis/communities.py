"""Which artists hang together: Louvain communities, how stable, and what they are made of."""

import networkx as nx
import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.agreement import adjusted_rand, mutual_information
from queries.analysis.amounts import percent, share, significant
from queries.analysis.arrays import Bools, Floats, Ints, Links, links_of
from queries.analysis.community_detection import (
    RUNS,
    Communities,
    connected_projection,
    find_communities,
    modularity_of,
)
from queries.analysis.groups import Describer
from queries.analysis.result import Analysis, Bars, Matrix, Table

_SHOWN = 30
_DRAWN = 20
_SOURCE = (
    "V. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, Fast unfolding of communities in"
    " large networks, J. Stat. Mech. (2008) P10008; agreement: L. Danon et al., J. Stat. Mech."
    " (2005) P09008; L. Hubert, P. Arabie, J. Classification 2 (1985) 193"
)


def communities(graph: ArtistGraph, *, seed: int = 2026) -> Analysis:
    """Find communities by modularity and compare them with the classes.

    Raises:
        AnalysisError: The graph has fewer than two artists or no edge.
    """
    links = links_of(graph)
    flat = connected_projection(links)
    found = find_communities(flat, links, seed)
    names, classes = _classes(graph)
    rows = [*_rows(found, links, flat), *_against_classes(found, links, classes)]
    tables = (
        Table("Communities", ("measure", "value", "over"), tuple(rows)),
        _composition(graph, links, found, classes),
        _members(graph, found),
        *_spread(names, found, classes),
    )
    return Analysis(
        "communities",
        "Which artists list one another more than chance would, and are these the classes?",
        f"Louvain at resolution 1 on the undirected graph, the weights of both directions"
        f" added; the best modularity of {RUNS} runs with the seeds {seed} to"
        f" {seed + RUNS - 1}.",
        _SOURCE,
        tables,
        _notes(found, links),
        _figures(names, found, classes, Describer(graph, links)),
    )


def _classes(graph: ArtistGraph) -> tuple[tuple[str, ...], Ints]:
    """The classes that artists have, and per artist the number of its one class or -1."""
    held = [str(name or "") for _, name in graph.nodes(data="class")]
    order = {name: at for at, name in enumerate(graph.graph.get("class_names", ()))}
    names = sorted(
        set(held) - {""}, key=lambda name: (order.get(name, len(order)), name)
    )
    number = {name: at for at, name in enumerate(names)}
    return tuple(names), np.array(
        [number.get(name, -1) for name in held], dtype=np.int64
    )


def _rows(
    found: Communities, links: Links, flat: "nx.Graph[int]"
) -> list[tuple[object, ...]]:
    sizes = [len(group) for group in found.groups]
    connected = int((~links.isolated).sum())
    over = "artists with an edge"
    return [
        ("communities", len(sizes), over),
        ("artists", connected, over),
        ("isolated artists, in none", int(links.isolated.sum()), "all artists"),
        ("largest community", sizes[0], over),
        ("median size", significant(float(np.median(sizes))), over),
        ("share in the ten largest", share(sum(sizes[:10]), connected), over),
        ("modularity", significant(max(found.modularity)), over),
        ("modularity, lowest of the runs", significant(min(found.modularity)), over),
        ("modularity", _expanded_modularity(found, links, flat), "expanded artists"),
        ("NMI between runs, mean", significant(float(np.mean(found.agreement))), over),
        ("NMI between runs, lowest", significant(min(found.agreement)), over),
    ]


def _expanded_modularity(
    found: Communities, links: Links, flat: "nx.Graph[int]"
) -> float | None:
    """The same communities, counted over the subgraph that the expanded induce."""
    induced = flat.subgraph(np.flatnonzero(links.expanded & ~links.isolated).tolist())
    if not induced.number_of_edges():
        return None
    kept = [[at for at in group if at in induced] for group in found.groups]
    return significant(modularity_of(induced, [group for group in kept if group]))


def _against_classes(
    found: Communities, links: Links, classes: Ints
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for over, among in (
        ("artists with an edge and one class", np.ones(links.size, dtype=np.bool_)),
        ("expanded artists with an edge and one class", links.expanded),
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


def _composition(
    graph: ArtistGraph, links: Links, found: Communities, classes: Ints
) -> Table:
    describer = Describer(graph, links)
    inside = _weight_inside(found, links)
    rows = []
    for number, group in enumerate(found.groups[:_SHOWN]):
        members = list(group)
        told = describer.describe(members)
        rows.append(
            (
                number + 1,
                len(group),
                int(links.expanded[members].sum()),
                int((classes[members] >= 0).sum()),
                significant(float(inside[number])),
                told.classes,
                told.genres,
                told.artists,
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
        f"What the {_SHOWN} largest communities are made of", columns, tuple(rows)
    )


def _members(graph: ArtistGraph, found: Communities) -> Table:
    """Each artist's community, in the graph's order; none where it is isolated."""
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


def _weight_inside(found: Communities, links: Links) -> Floats:
    """Per community, the share of the weight of edges that start or end in it and stay."""
    start, end = found.member[links.start], found.member[links.end]
    count, within = len(found.groups), start == end
    stays = np.bincount(start[within], links.weight[within], minlength=count)
    leaves = np.bincount(start[~within], links.weight[~within], minlength=count)
    enters = np.bincount(end[~within], links.weight[~within], minlength=count)
    return np.asarray(stays / np.maximum(stays + leaves + enters, 1e-300))


def _spread(
    names: tuple[str, ...], found: Communities, classes: Ints
) -> tuple[Table, ...]:
    """Per class, over how many communities its artists are spread."""
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
                # How many communities of equal size would be as mixed.
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
        Table("Over how many communities each class is spread", columns, tuple(rows)),
    )


def _notes(found: Communities, links: Links) -> tuple[str, ...]:
    frontier = int((~links.expanded & ~links.isolated).sum())
    connected = int((~links.isolated).sum())
    return (
        (
            "Which community an artist is in stands in the table The community of each artist:"
            " `--json` writes it whole, for a pipe or a file; an isolated artist has none."
        ),
        (
            f"{percent(frontier, connected)} of the artists with an edge are frontier: they"
            " hang on whoever lists them, which raises the modularity. The second modularity"
            " counts the same communities among the expanded alone."
        ),
        (
            "An edge's weight is the source's score, or 1/rank; where two artists list each"
            " other the two weights are added, so mutual listing binds more."
        ),
        (
            "Runs with different seeds differ: the NMI between them, here"
            f" {np.mean(found.agreement):.2f} on average, is 1 where they all agree; the lower it"
            " is, the less a single artist's community means. Modularity does not see"
            " communities that are small for the whole graph (S. Fortunato, M. Barthelemy, PNAS"
            " 104 (2007) 36)."
        ),
        (
            "NMI grows with the number of communities; ARI is corrected for chance. Low values"
            " need not mean bad communities: they may be finer than the classes."
        ),
        (
            "Telling genres stand furthest above a draw by chance (hypergeometric standard"
            " deviations); in brackets how many times their share exceeds that in the graph."
        ),
    )


def _figures(
    names: tuple[str, ...], found: Communities, classes: Ints, describer: Describer
) -> tuple[Matrix | Bars, ...]:
    shown = found.groups[:_DRAWN]
    numbers = tuple(
        f"{number} {describer.name(group)}".rstrip()
        for number, group in enumerate(shown, start=1)
    )
    sizes = Bars("Communities", "artists", numbers, tuple(float(len(g)) for g in shown))
    if not names:
        return (sizes,)
    values = []
    for group in shown:
        held = classes[list(group)]
        counts = np.bincount(held[held >= 0], minlength=len(names))
        values.append(tuple((counts / max(counts.sum(), 1)).tolist()))
    title = "Share of each class among a community's artists with a class"
    return Matrix(title, numbers, names, tuple(values)), sizes
