"""GraphML and GEXF, written by networkx.

networkx, igraph, Gephi, yEd and Neo4j's `apoc.import.graphml` read GraphML; Gephi and
graphology read GEXF, which also holds positions, colours and sizes. Equal graphs give equal
bytes.
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

# XML 1.0 cannot represent these characters, not even as references (section 2.2, "Char").
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(
    file: Path, graph: ArtistGraph, nodes: Columns, edges: Columns
) -> None:
    """Write a graph as GraphML, with these columns as attributes of its nodes and edges.

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
    """Write a graph as GEXF 1.2, with a position, a colour and a size for each node.

    `colours` are "#rrggbb" by node; the size grows with the number of followers.

    Raises:
        OSError: The file cannot be written.
    """
    plain = _plain(graph, nodes, edges)
    for node, data in plain.nodes(data=True):
        data["viz"] = {
            "color": _red_green_blue(colours[node]),
            "size": _size(int(data.get("followers", 0))),
            "position": _position(positions[node]),
        }
    # Not 1.3: `networkx.read_gexf` reads that version only with an option.
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(plain)
    for meta in writer.xml.iter("meta"):
        del meta.attrib["lastmodifieddate"]
    with file.open("wb") as stream:
        writer.write(stream)


class _GraphML(GraphMLWriter):  # type: ignore[misc]  # networkx has no types
    def get_key(self, name: str, attr_type: str, scope: str, default: object) -> str:
        """Like networkx, but with descriptive ids.

        Gephi takes networkx's id "d3" for the label of yEd, whatever the key holds.
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
        """Like networkx, but a boolean is written as in XML Schema."""
        data: Element = super().add_data(name, element_type, value, scope, default)
        if element_type is bool:
            data.text = value.lower()
        return data


def _plain(graph: ArtistGraph, nodes: Columns, edges: Columns) -> "nx.DiGraph[str]":
    """The same graph with plain values, and texts that XML can represent."""
    plain: nx.DiGraph[str] = nx.DiGraph()
    plain.add_nodes_from(
        (_legal(node), _legal_values(values(data, nodes)))
        for node, data in graph.nodes(data=True)
    )
    plain.add_edges_from(
        (_legal(start), _legal(end), _legal_values(values(data, edges)))
        for start, end, data in graph.edges(data=True)
    )
    return plain


def _legal_values(row: Values) -> dict[str, Any]:
    return {
        name: _legal(value) if isinstance(value, str) else value
        for name, value in row.items()
    }


def _legal(text: str) -> str:
    r"""Replace each character that XML cannot represent.

    >>> _legal("a\x00b\U0001f3b8\n") == "a\ufffdb\U0001f3b8\n"
    True
    """
    return _NO_XML.sub("\ufffd", text)


def _red_green_blue(colour: str) -> dict[str, int]:
    """Split a colour into its parts.

    >>> _red_green_blue("#ff8000")
    {'r': 255, 'g': 128, 'b': 0}
    """
    parts: Iterable[int] = bytes.fromhex(colour.removeprefix("#"))
    return dict(zip("rgb", parts, strict=True))


def _size(followers: int) -> float:
    """The size of a node: 3 without followers, 17 with ten million."""
    return round(3 + 2 * math.log10(1 + max(0, followers)), 2)


def _position(position: tuple[float, float]) -> dict[str, float]:
    x, y = position
    return {"x": float(x), "y": float(y), "z": 0.0}
