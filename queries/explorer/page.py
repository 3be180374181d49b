"""The explorer page as HTML: the graph, the script and the styles in one file.

`make bundle` builds the script and the styles in `bundle/` from the sources in `source/`.
All names are escaped or encoded as JSON: an artist may be called `</script>`. The page's
content security policy forbids every request, whatever the data contain.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib.resources import files

import networkx as nx

from graph.views.artists import ArtistGraph
from queries.explorer.content import Json, Legend, content
from queries.layout import positions

_CHOSEN = "This page shows only the artists that the selection chose."
_UNKNOWN_DEPTH = 1_000_000


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where the data of a page come from.

    Attributes:
        sources: (name, summary of its terms, URL of its terms) of each source.
        made_at: When the page was generated.
    """

    sources: tuple[tuple[str, str, str], ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page and what it contains.

    Attributes:
        left_out: A sentence about what did not fit; "" where everything did.
    """

    html: str
    artists: int
    relations: int
    left_out: str


def explorer_page(
    graph: ArtistGraph,
    legend: Legend,
    origin: PageSource,
    *,
    max_artists: int,
    chosen: bool = False,
    seed: int = 2026,
) -> Page:
    """Render a graph, or its `max_artists` artists that are nearest to a seed.

    The same graph, legend and source give the same page.

    Args:
        graph: The artists.
        legend: What colours and labels mean.
        origin: Where the data come from.
        max_artists: The most artists to show.
        chosen: Whether the graph holds only the artists that the selection chose.
        seed: Of the layout.
    """
    part = nearest_artists(graph, max_artists)
    lacking = _left_out(graph, part)
    data = content(part, legend, positions(part, seed=seed))
    meta: dict[str, Json] = {
        "grouping": "class" if part.graph["class_names"] else "genre",
        "policy": legend.policy,
        "chosen": chosen,
        "partial": chosen or bool(lacking),
        "selected": part.graph["selected"],
    }
    title = str(part.graph["crawl"])
    html = _filled(
        {
            "title": escape(title),
            "subtitle": escape(_subtitle(part, origin)),
            "about": "\n".join(
                _about(part, origin, lacking or (_CHOSEN if chosen else ""))
            ),
            "style": _bundled("explorer.css"),
            "graph": _as_json({"meta": meta, **data}),
            "script": _bundled("explorer.js"),
        }
    )
    return Page(html, len(part), part.number_of_edges(), lacking)


def nearest_artists(graph: ArtistGraph, most: int) -> ArtistGraph:
    """At most `most` artists: those nearest to a seed, then those that most others list.

    Artists without edges come last. Returns the graph itself where all artists fit, else a
    copy of the part with nodes and edges in the same order.
    """
    if len(graph) <= most:
        return graph
    kept = set(sorted(graph, key=lambda artist: _distance(graph, artist))[:most])
    # `graph.subgraph` would list the nodes in the order of the set, which varies.
    part: ArtistGraph = nx.DiGraph(**graph.graph)
    part.add_nodes_from(
        (artist, data) for artist, data in graph.nodes(data=True) if artist in kept
    )
    part.add_edges_from(
        (start, end, data)
        for start, end, data in graph.edges(data=True)
        if start in kept and end in kept
    )
    return part


def _distance(graph: ArtistGraph, artist: str) -> tuple[bool, int, int, str]:
    depth = graph.nodes[artist]["depth"]
    isolated = graph.degree(artist) == 0
    in_degree = graph.in_degree(artist)
    return isolated, _UNKNOWN_DEPTH if depth is None else depth, -in_degree, artist


def _left_out(whole: ArtistGraph, part: ArtistGraph) -> str:
    """A sentence about what a part lacks; "" where it lacks nothing."""
    artists = len(whole) - len(part)
    if not artists:
        return ""
    relations = whole.number_of_edges() - part.number_of_edges()
    return (
        f"{artists:,} of {len(whole):,} artists and {relations:,} relations are left out;"
        " the page shows the artists nearest to the seeds and listed by most others."
    )


def _bundled(name: str) -> str:
    return (files("queries.explorer") / "bundle" / name).read_text(encoding="utf-8")


def _filled(parts: Mapping[str, str]) -> str:
    """The page template with each `<!--name-->` replaced, in one pass.

    A name in the data that looks like a placeholder is therefore not replaced.
    """
    pieces = _bundled("page.html").split("<!--")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, after = piece.partition("-->")
        filled += (parts[name], after)
    return "".join(filled)


def _as_json(data: Mapping[str, Json]) -> str:
    """JSON without any "<", so that it is safe inside a script element."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _subtitle(graph: ArtistGraph, origin: PageSource) -> str:
    parts = [
        _count(len(graph), "artist"),
        _count(graph.number_of_edges(), "relation"),
        _day(origin.made_at),
    ]
    return " · ".join(parts)


def _about(graph: ArtistGraph, origin: PageSource, lacking: str) -> Iterator[str]:
    facts = graph.graph
    times = [edge["last_seen_at"] for _, _, edge in graph.edges(data=True)]
    first = [edge["first_seen_at"] for _, _, edge in graph.edges(data=True)]
    expanded = sum(flag for _, flag in graph.nodes(data="expanded"))
    yield _paragraph(
        f"The crawl “{facts['crawl']}”: {_count(len(graph), 'artist')}, with the relatives "
        f"of {expanded:,} of them."
    )
    if lacking:
        yield _paragraph(lacking)
    if times:
        yield _paragraph(f"Relations seen {_span(min(first), max(times))}.")
    if facts["recipe"] != facts["crawl"]:
        yield _paragraph(f"Classes of the recipe “{facts['recipe']}”.")
    yield from _sources(origin.sources)
    yield _paragraph("Made by genregraph. This page makes no network requests.")


def _sources(sources: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    for name, terms, url in sources:
        link = f'<a href="{escape(url)}" rel="noopener noreferrer">terms</a>'
        yield f"<p><b>{escape(name)}</b>: {escape(terms)} ({link})</p>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _span(first: datetime, last: datetime) -> str:
    if first.date() == last.date():
        return f"on {_day(first)}"
    return f"from {_day(first)} to {_day(last)}"


def _day(time: datetime) -> str:
    return f"{time.day} {time:%B %Y}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
