"""One artist of a graph, by its id or its name."""

from difflib import get_close_matches

from graph.views.artists import ArtistGraph
from queries.errors import AnalysisError


def found_artist(graph: ArtistGraph, text: str) -> tuple[str, tuple[str, ...]]:
    """The id that a person means, and what there is to say about the choice.

    A name is taken as it is written, capitals aside. Of several artists with one name
    it is the one with the most followers, else the most listed, and a note says so.

    Raises:
        AnalysisError: No artist has that id or name; the nearest names are offered.
    """
    if text in graph:
        return text, ()
    wanted = text.casefold().strip()
    namesakes = [
        a for a, name in graph.nodes(data="label") if name.casefold() == wanted
    ]
    if not namesakes:
        raise AnalysisError(
            f"no artist of this graph is called {text!r}", hint=_offered(graph, wanted)
        )
    namesakes.sort(
        key=lambda a: (-(graph.nodes[a]["followers"] or 0), -graph.in_degree(a))
    )
    first, *others = namesakes
    if not others:
        return first, ()
    ids = ", ".join(others[:5]) + (" and more" if others[5:] else "")
    return first, (
        (
            f"{len(namesakes)} artists are called {graph.nodes[first]['label']}: taken is "
            f"{first}, with the most followers; name another by its id: {ids}."
        ),
    )


def named(graph: ArtistGraph, artist: str) -> str:
    """Name and id of an artist."""
    label = graph.nodes[artist]["label"]
    return artist if label == artist else f"{label} ({artist})"


def _offered(graph: ArtistGraph, wanted: str) -> str:
    """The names most like the one wanted."""
    names: dict[str, str] = {}
    for _, name in graph.nodes(data="label"):
        names.setdefault(name.casefold(), name)
    close = get_close_matches(wanted, names, n=3, cutoff=0.7)
    close += [name for name in names if wanted in name and name not in close]
    if not close:
        return (
            "Name an artist as the graph has it, or its id; `genregraph find artist`."
        )
    offered = " or ".join(repr(names[name]) for name in close[:3])
    return f"Did you mean {offered}?"
