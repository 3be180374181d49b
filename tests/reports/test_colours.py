"""Colours are distinct, also for people with colour blindness, and stand for groups."""

import itertools
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from queries.colours import (
    MAX_GENRES,
    NO_CLASS,
    OTHER_GENRES,
    class_colours,
    colour_groups,
)
from queries.files.graph_file import GraphFile
from tests.support.worlds.explorer_graph import small_graph

NAMES = [f"class {number}" for number in range(20)]

# Machado, Oliveira and Fernandes (2009), severity 1.0, over linear RGB.
VISIONS = {
    "full": np.eye(3),
    "without red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "without green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
# OKLab (Ottosson, 2020).
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def seen(colour: str, vision: np.ndarray) -> np.ndarray:
    parts = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.cbrt(np.clip(linear @ vision.T, 0, 1) @ CONES.T) @ LAB.T


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("count", "distance"), [(10, 0.07), (20, 0.05)])
def test_class_colours_are_distinct(vision: str, count: int, distance: float) -> None:
    colours = set(class_colours(NAMES[:count]).values())
    assert len(colours) == count + 1
    for one, other in itertools.combinations(colours, 2):
        apart = seen(one, VISIONS[vision]) - seen(other, VISIONS[vision])
        assert np.linalg.norm(apart) > distance, (one, other)


def test_class_colours_are_stable_and_no_class_is_grey() -> None:
    assert class_colours(NAMES[:3])["class 2"] == class_colours(NAMES)["class 2"]
    assert class_colours([]) == {"": NO_CLASS}
    assert len(class_colours([f"c{n}" for n in range(50)])) == 51


def test_other_genres_and_no_genre_have_different_greys() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph(class_names=())
    for number in range(MAX_GENRES):
        for copy in "ab":
            graph.add_node(f"{copy}{number}", genres=(f"genre {number}",))
    graph.add_node("rare", genres=("sea shanty",))
    graph.add_node("both", genres=("sea shanty", "genre 3"))
    graph.add_node("none", genres=())
    graph.add_node("genre:sea shanty", kind="genre", label="sea shanty")
    groups = colour_groups(graph)
    assert len(groups.names) == MAX_GENRES
    assert "sea shanty" not in groups.names
    assert groups.others == {"rare"}
    assert groups.group_of["both"] == "genre 3"
    colours = groups.colours()
    assert colours["rare"] == OTHER_GENRES
    assert colours["none"] == colours["genre:sea shanty"] == NO_CLASS
    assert colours["both"] == colours["a3"] == colours["b3"] != NO_CLASS


def test_gexf_uses_page_colours_and_names_genre(tmp_path: Path) -> None:
    graph = small_graph()
    graph.graph["class_names"] = ()
    for artist in graph:
        graph.nodes[artist].update(kind="artist", **{"class": "", "classes": ()})
    target = GraphFile(tmp_path / "g.gexf")
    with target.opened() as parts:
        target.write(parts, graph)
    colours = colour_groups(graph).colours()
    assert len(set(colours.values())) == 4
    nodes = nx.read_gexf(target.path).nodes
    for artist, data in nodes(data=True):
        colour = bytes(data["viz"]["color"][part] for part in "rgb")
        assert f"#{colour.hex()}" == colours[artist]
    assert nodes["m0"]["common_genre"] == "black metal"
    assert "common_genre" not in nodes["alone"]
    assert "common_genre" not in graph.nodes["m0"]
