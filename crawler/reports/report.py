"""The report: one page with every analysis of one graph. It needs no network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crawler.errors import FigureError
from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES
from queries.analysis.result import Analysis
from queries.errors import AnalysisError

PATHS = "paths"


@dataclass(frozen=True, slots=True)
class Section:
    """One analysis of the report, or why it could not be made.

    Attributes:
        command: What to type to get it alone.
    """

    name: str
    question: str
    command: str
    made: Analysis | AnalysisError


def check_page(path: Path) -> None:
    """See before a long computation whether a page can be written to `path`.

    Raises:
        FigureError: Another suffix than .html, or no such folder.
    """
    if path.suffix.lower() not in {".html", ".htm"}:
        raise FigureError(f"{path} does not end in .html", hint="Name a page so.")
    if not path.parent.is_dir():
        raise FigureError(
            f"there is no folder {path.parent} to put {path.name} into",
            hint="Make it first, or name another.",
        )
    if path.is_dir():
        raise FigureError(f"{path} is a folder", hint="Name a file.")


def write_page(path: Path, text: str) -> None:
    """Put a page in place when it is whole; what was there stays until then."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def sections(
    graph: ArtistGraph, *, seed: int, begin: Callable[[str], None]
) -> Iterator[Section]:
    """Every analysis of the list in its order, then the paths between two artists.

    `begin` is told the name of each before it is made.
    """
    for listed in ANALYSES.values():
        begin(listed.name)
        made = _made(partial(listed.load(), graph, seed=seed))
        command = f"genregraph analyse {listed.name}"
        yield Section(listed.name, listed.question, command, made)
    begin(PATHS)
    yield _paths(graph, seed)


def _made(asked: Callable[[], Analysis]) -> Analysis | AnalysisError:
    try:
        return asked()
    except AnalysisError as error:
        return error


def _paths(graph: ArtistGraph, seed: int) -> Section:
    """The paths between two artists that most others list."""
    from queries.analysis.paths import paths  # noqa: PLC0415  it brings networkx

    question = "How does one get from one artist to another?"
    ends = far_artists(graph)
    if ends is None:
        too_few = AnalysisError(
            "fewer than two artists are expanded", hint="Crawl further."
        )
        return Section(PATHS, question, "genregraph analyse paths A B", too_few)
    start, end = ends
    made = _made(partial(paths, graph, start, end, seed=seed))
    return Section(PATHS, question, f"genregraph analyse paths {start} {end}", made)


def far_artists(graph: ArtistGraph) -> tuple[str, str] | None:
    """Two artists worth a path: the most listed ones of the two largest classes.

    Without two classes the two most listed of all. Only expanded artists: from the
    others no way leads on.
    """
    expanded = [a for a in graph if graph.nodes[a]["expanded"]]
    expanded.sort(key=lambda artist: (-graph.in_degree(artist), artist))
    if len(expanded) < 2:  # noqa: PLR2004  a path has two ends
        return None
    sizes: dict[str, int] = {}
    for artist in expanded:
        of_class = graph.nodes[artist]["class"]
        sizes[of_class] = sizes.get(of_class, 0) + bool(of_class)
    largest = sorted(filter(None, sizes), key=lambda name: -sizes[name])[:2]
    if len(largest) < 2:  # noqa: PLR2004  a pair
        return expanded[0], expanded[1]
    first, second = (
        next(a for a in expanded if graph.nodes[a]["class"] == name) for name in largest
    )
    return first, second
