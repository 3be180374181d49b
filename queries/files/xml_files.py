"""GraphML and GEXF, written by networkx.

GraphML is read by networkx, igraph, Gephi, yEd and Neo4j's `apoc.import.graphml`; GEXF,
which also holds the picture, by Gephi and by graphology. Equal graphs give equal bytes.
"""

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import GraphMLWriter

from graph.views.artists import ArtistGraph
from queries.files.columns import Columns, Values, values

# XML 1.0 has no way to write these, not even by number (section 2.2, "Char").
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(
    file: Path, graph: ArtistGraph, nodes: Columns, edges: Columns
) -> None:
    """Write a graph with these attributes of its nodes and edges as GraphML.

    Raises:
        OSError: The file cannot be written.
    """
    writer = _GraphML(prettyprint=True)
    writer.add_graph_element(_plain(graph, nodes, edges))
    with file.open("wb") as stream:
        writer.dump(stream)


def write_gexf(
    file: Path,
    graph: ArtistGraph,
    nodes: Columns,
    edges: Columns,
    *,
    positions: Mapping[str, tuple[float, float]],
    colours: Mapping[str, str],
) -> None:
    """Write a graph as GEXF 1.2, with a place, a colour and a size for each node.

    `colours` are "#rrggbb" by node; the size grows with the followers.

    Raises:
        OSError: The file cannot be written.
    """
    plain = _plain(graph, nodes, edges)
    for node, its in plain.nodes(data=True):
        its["viz"] = {
            "color": _red_green_blue(colours[node]),
            "size": _size(int(its.get("followers", 0))),
            "position": _place(positions[node]),
        }
    # Not 1.3: `networkx.read_gexf` must be told of that one.
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(plain)
    for meta in writer.xml.iter("meta"):
        del meta.attrib["lastmodifieddate"]
    with file.open("wb") as stream:
        writer.write(stream)


class _GraphML(GraphMLWriter):  # type: ignore[misc]  # networkx has no types
    def get_key(self, name: str, attr_type: str, scope: str, default: object) -> str:
        """As networkx, under ids that say what they are.

        Gephi takes networkx' own "d3" for yEd's label, whatever the key says it holds.
        """
        key = (name, attr_type, scope)
        if key not in self.keys:
            fresh = super().get_key(name, attr_type, scope, default)
            self.keys[key] = f"{scope}-{name}"
            (element,) = (e for e in self.xml.iter("key") if e.get("id") == fresh)
            element.set("id", self.keys[key])
        return str(self.keys[key])

    def add_data(
        self,
        name: str,
        element_type: type,
        value: str,
        scope: str = "all",
        default: object = None,
    ) -> Element:
        """As networkx, but a boolean is written as XML Schema knows it."""
        data: Element = super().add_data(name, element_type, value, scope, default)
        if element_type is bool:
            data.text = value.lower()
        return data


def _plain(graph: ArtistGraph, nodes: Columns, edges: Columns) -> "nx.DiGraph[str]":
    """The same graph with plain values, each text one that XML can hold."""
    plain: nx.DiGraph[str] = nx.DiGraph()
    plain.add_nodes_from(
        (_legal(node), _legal_values(values(its, nodes)))
        for node, its in graph.nodes(data=True)
    )
    plain.add_edges_from(
        (_legal(start), _legal(end), _legal_values(values(its, edges)))
        for start, end, its in graph.edges(data=True)
    )
    return plain


def _legal_values(known: Values) -> dict[str, Any]:
    return {
        name: _legal(value) if isinstance(value, str) else value
        for name, value in known.items()
    }


def _legal(text: str) -> str:
    r"""A text with a mark in place of each sign that would break the file.

    >>> _legal("a\x00b\U0001f3b8\n") == "a\ufffdb\U0001f3b8\n"
    True
    """
    return _NO_XML.sub("\ufffd", text)


def _red_green_blue(colour: str) -> dict[str, int]:
    """The parts of a colour.

    >>> _red_green_blue("#ff8000")
    {'r': 255, 'g': 128, 'b': 0}
    """
    parts: Iterable[int] = bytes.fromhex(colour.removeprefix("#"))
    return dict(zip("rgb", parts, strict=True))


def _size(followers: int) -> float:
    """Three for nobody's, 17 for ten million followers."""
    return round(3 + 2 * math.log10(1 + max(0, followers)), 2)


def _place(position: tuple[float, float]) -> dict[str, float]:
    x, y = position
    return {"x": float(x), "y": float(y), "z": 0.0}
