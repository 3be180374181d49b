"""Groups and colours of artists in a crawl without classes."""

from pathlib import Path

import networkx as nx

from queries.colours import NO_CLASS, OTHER_GENRES
from queries.files.graph_file import GraphFile
from queries.groups import MOST_GENRES, groups_of
from tests.support.worlds.explorer_graph import small_graph


def test_other_genres_and_no_genre_have_different_greys() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph(class_names=())
    for number in range(MOST_GENRES):
        for copy in "ab":
            graph.add_node(f"{copy}{number}", genres=(f"genre {number}",))
    graph.add_node("rare", genres=("sea shanty",))
    graph.add_node("both", genres=("sea shanty", "genre 3"))
    graph.add_node("none", genres=())
    graph.add_node("genre:sea shanty", kind="genre", label="sea shanty")
    groups = groups_of(graph)
    assert len(groups.names) == MOST_GENRES
    assert "sea shanty" not in groups.names
    assert groups.others == {"rare"}
    assert groups.of["both"] == "genre 3"
    colours = groups.colours()
    assert colours["rare"] == OTHER_GENRES
    assert colours["none"] == colours["genre:sea shanty"] == NO_CLASS
    assert colours["both"] == colours["a3"] == colours["b3"] != NO_CLASS


def test_gexf_uses_page_colours_and_names_genre(
    tmp_path: Path,
) -> None:
    graph = small_graph()
    graph.graph["class_names"] = ()
    for artist in graph:
        graph.nodes[artist].update(kind="artist", **{"class": "", "classes": ()})
    target = GraphFile(tmp_path / "g.gexf")
    with target.opened() as parts:
        target.write(parts, graph)
    colours = groups_of(graph).colours()
    assert len(set(colours.values())) == 4
    nodes = nx.read_gexf(target.path).nodes
    for artist, its in nodes(data=True):
        parts_of = bytes(its["viz"]["color"][part] for part in "rgb")
        assert f"#{parts_of.hex()}" == colours[artist]
    assert nodes["m0"]["common_genre"] == "black metal"
    assert "common_genre" not in nodes["alone"]
    assert "common_genre" not in graph.nodes["m0"]
