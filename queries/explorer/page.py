"""The explorer page as HTML: the graph, the script and the styles in one text.

The script and the styles are kept ready in `bundle/`, built from the folder `explorer` by
`make bundle`. All names go through JSON or are escaped: an artist may be called
`</script>`. The page's own policy forbids every request, whatever the data hold.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib.resources import files

from graph.views.artists import ArtistGraph
from queries.explorer.content import Json, Meaning, content
from queries.explorer.part import left_out, nearest_artists
from queries.layout import positions

_CHOSEN = "Only the artists that the selection chose are on this page."


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where the data of a page come from.

    Attributes:
        sources: (name, what its terms say, where it says so) of each source.
        made_at: When the page was made.
    """

    sources: tuple[tuple[str, str, str], ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page, and what is on it.

    Attributes:
        left_out: What did not fit, as a sentence; "" where all did.
    """

    html: str
    artists: int
    relations: int
    left_out: str


def explorer_page(
    graph: ArtistGraph,
    meaning: Meaning,
    origin: PageSource,
    *,
    max_artists: int,
    chosen: bool = False,
    seed: int = 2026,
) -> Page:
    """The page of a graph, or of the nearest part of it that fits `max_artists`.

    `chosen` says that the graph holds only the artists that the selection chose.
    """
    part = nearest_artists(graph, max_artists)
    lacking = left_out(graph, part)
    data = content(part, meaning, positions(part, seed=seed))
    meta: dict[str, Json] = {
        "grouping": "class" if part.graph["class_names"] else "genre",
        "policy": meaning.policy,
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


def _bundled(name: str) -> str:
    return (files("queries.explorer") / "bundle" / name).read_text(encoding="utf-8")


def _filled(parts: Mapping[str, str]) -> str:
    """The frame with each `<!--name-->` replaced; once through, so that no part is read."""
    pieces = _bundled("page.html").split("<!--")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, after = piece.partition("-->")
        filled += (parts[name], after)
    return "".join(filled)


def _as_json(data: Mapping[str, Json]) -> str:
    """JSON that may stand inside a script element: without any "<"."""
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
    asked = sum(expanded for _, expanded in graph.nodes(data="expanded"))
    yield _paragraph(
        f"The crawl “{facts['crawl']}”: {_count(len(graph), 'artist')}, of which "
        f"{asked:,} were asked for their relatives."
    )
    if lacking:
        yield _paragraph(lacking)
    if times:
        yield _paragraph(f"Relations seen {_span(min(first), max(times))}.")
    if facts["recipe"] != facts["crawl"]:
        yield _paragraph(f"Classes of the recipe “{facts['recipe']}”.")
    yield from _sources(origin.sources)
    yield _paragraph("Made by genregraph. This page asks nothing of any network.")


def _sources(sources: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    for name, says, url in sources:
        link = f'<a href="{escape(url)}" rel="noopener noreferrer">terms</a>'
        yield f"<p><b>{escape(name)}</b>: {escape(says)} ({link})</p>"


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
