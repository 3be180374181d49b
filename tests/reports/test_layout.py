"""Positions of artists: near relatives, repeatable, and without overlap."""

import itertools
import math
import random

import networkx as nx
import pytest

from graph.views.artists import ArtistGraph
from queries.layout import positions

CLASSES = ("metal", "jazz", "techno", "")


def planted(size: int = 60, alone: int = 12) -> ArtistGraph:
    """Four groups that mostly list their own members, and isolated artists."""
    dice = random.Random(7)
    graph: ArtistGraph = nx.DiGraph()
    groups = [[f"{name or 'none'}:{n}" for n in range(size)] for name in CLASSES]
    for name, group in zip(CLASSES, groups, strict=True):
        graph.add_nodes_from(group, **{"class": name})
        for artist in group:
            others = dice.sample([a for a in group if a != artist], 5)
            if dice.random() < 0.1:
                others[4] = dice.choice(dice.choice(groups))
            for rank, other in enumerate(others, 1):
                if other != artist:
                    graph.add_edge(artist, other, rank=rank)
    for n in range(alone):
        graph.add_node(f"alone:{n}", **{"class": CLASSES[n % 4]})
    return graph


@pytest.fixture(scope="module")
def graph() -> ArtistGraph:
    return planted()


def test_positions_depend_on_seed(
    graph: ArtistGraph,
) -> None:
    assert positions(graph, seed=1) == positions(graph, seed=1)
    assert positions(graph, seed=1) != positions(graph, seed=2)


def test_related_artists_are_close(graph: ArtistGraph) -> None:
    places = positions(graph)
    right = 0
    joined = [artist for artist in graph if graph.degree(artist)]
    for artist in joined:
        others = [other for other in joined if other != artist]
        nearest = min(others, key=lambda o: math.dist(places[artist], places[o]))
        right += graph.nodes[artist]["class"] == graph.nodes[nearest]["class"]
    assert right / len(joined) > 0.9


def test_isolated_artists_surround_the_rest(graph: ArtistGraph) -> None:
    places = positions(graph)
    inside = [places[a] for a in graph if graph.degree(a)]
    middle = tuple(sum(axis) / len(inside) for axis in zip(*inside, strict=True))
    reach = max(math.dist(middle, place) for place in inside)
    alone = [places[a] for a in graph if not graph.degree(a)]
    assert min(math.dist(middle, place) for place in alone) > reach


def test_artists_do_not_overlap_and_fit_the_picture(graph: ArtistGraph) -> None:
    places = positions(graph)
    assert list(places) == list(graph)
    nearest = min(
        math.dist(a, b) for a, b in itertools.combinations(places.values(), 2)
    )
    assert nearest > 5
    assert max(max(abs(x), abs(y)) for x, y in places.values()) == pytest.approx(1000)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 9])
@pytest.mark.parametrize("shape", ["apart", "joined"])
def test_positions_of_small_graphs(count: int, shape: str) -> None:
    graph: ArtistGraph = nx.DiGraph()
    graph.add_nodes_from([f"a{n}" for n in range(count)], **{"class": ""})
    if shape == "joined":
        nx.add_path(graph, list(graph), rank=1)
    places = positions(graph)
    assert len(set(places.values())) == count
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in places.values())
