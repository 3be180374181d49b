"""What a graph is, in words: for the line under a picture and the head of a report."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from graph.views.artists import ArtistGraph


def graph_line(graph: ArtistGraph) -> str:
    """Which graph this is, in one line: its crawl, size and days."""
    return (
        f"{graph.graph['crawl']}: {len(graph):,} artists, "
        f"{graph.number_of_edges():,} edges, crawled {crawled(graph)}"
    )


def is_invented(url: str | None) -> bool:
    """Whether a page is one of the local service's: RFC 2606 keeps .invalid for such."""
    return (urlsplit(url or "").hostname or "").endswith(".invalid")


def crawled(graph: ArtistGraph) -> str:
    """The days between which the edges were seen."""
    first = min((t for *_, t in graph.edges(data="first_seen_at")), default=None)
    last = max((t for *_, t in graph.edges(data="last_seen_at")), default=None)
    if first is None or last is None:
        return "without any edge"
    days = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
    return days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"


def facts(graph: ArtistGraph) -> Iterator[tuple[str, str]]:
    """The graph's facts, each with its name."""
    about, rules = graph.graph, graph.graph["rules"]
    expanded = sum(1 for _, is_in in graph.nodes(data="expanded") if is_in)
    yield "crawl", about["crawl"]
    yield "recipe", about["recipe"]
    yield "crawled", crawled(graph)
    order, focus = rules.get("order", "unknown"), rules.get("focus", "unknown")
    yield "order and focus", f"{order}, focus on {_focus(focus)}"
    yield "artists", f"{len(graph):,}"
    yield "of them expanded", f"{expanded:,} (their relatives were asked for)"
    yield "edges", f"{graph.number_of_edges():,} (who is listed as whose relative)"
    if about["class_names"]:
        yield "classes", _classes(graph)


def _focus(focus: str) -> str:
    return {"class": "artists with a class", "any": "any artist"}.get(focus, focus)


def _classes(graph: ArtistGraph) -> str:
    given = [name for _, name in graph.nodes(data="class")]
    counts = [(given.count(name), name) for name in graph.graph["class_names"]]
    how = "as selected" if graph.graph["selected"] else "by their genres, not selected"
    listed = ", ".join(f"{name} {count:,}" for count, name in counts)
    return f"{listed}; {given.count(''):,} artists have none or several ({how})"
