"""The report: one HTML page with every analysis of one graph.

The page is one file without a script, and loads nothing. All text is escaped: an artist
may be called `<script>`. The page's own policy forbids scripts and requests, whatever
the text contains.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from crawler.reports.figures import can_draw, check_file, svg_of
from crawler.sources.base import Terms
from crawler.text import visible
from graph.files import write_atomically
from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES, PATHS
from queries.analysis.result import Analysis, Table
from queries.errors import AnalysisError

# Tables of artists are long and are cut; those of classes and measures are shown whole.
MAX_ARTIST_ROWS, MAX_ROWS = 20, 60
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_NO_PICTURES = (
    "There are no pictures because matplotlib is not installed. To install it, run "
    '<code>pip install ".[plot]"</code> in the checkout, or, if pipx installed '
    "genregraph, <code>pipx inject genregraph matplotlib</code>."
)
_CHOSEN_ENDS = (
    "The report chose the two ends: the most listed artist of each of the two largest "
    "classes, or the two most listed artists of all."
)


def graph_line(graph: ArtistGraph) -> str:
    """Describe a graph in one line: its crawl, its size and its days."""
    return (
        f"{graph.graph['crawl']}: {len(graph):,} artists, "
        f"{graph.number_of_edges():,} edges, crawled {crawled(graph)}"
    )


def is_invented(url: str | None) -> bool:
    """Whether a page belongs to the stand-in: RFC 2606 reserves .invalid for such hosts."""
    return (urlsplit(url or "").hostname or "").endswith(".invalid")


def crawled(graph: ArtistGraph) -> str:
    """The first and the last day on which edges were seen."""
    first = min((t for *_, t in graph.edges(data="first_seen_at")), default=None)
    last = max((t for *_, t in graph.edges(data="last_seen_at")), default=None)
    if first is None or last is None:
        return "without any edge"
    days = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
    return days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"


def facts(graph: ArtistGraph) -> Iterator[tuple[str, str]]:
    """The facts about a graph, each with its name."""
    about, rules = graph.graph, graph.graph["rules"]
    expanded = sum(1 for _, is_in in graph.nodes(data="expanded") if is_in)
    yield "crawl", about["crawl"]
    yield "recipe", about["recipe"]
    yield "crawled", crawled(graph)
    order, focus = rules.get("order", "unknown"), rules.get("focus", "unknown")
    yield "order and focus", f"{order}, focus on {_focus(focus)}"
    yield "artists", f"{len(graph):,}"
    yield "of them expanded", f"{expanded:,} (their relatives were requested)"
    yield (
        "edges",
        f"{graph.number_of_edges():,} (each lists one artist as a relative of another)",
    )
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


@dataclass(frozen=True, slots=True)
class Section:
    """One analysis of the report, or the error that prevented it.

    Attributes:
        command: The command that prints this analysis alone.
    """

    name: str
    question: str
    command: str
    made: Analysis | AnalysisError


def check_page(path: Path) -> None:
    """Check before a long computation that a page can be written to `path`.

    Raises:
        FigureError: See `check_file`.
    """
    check_file(path, (".html", ".htm"))


def write_page(path: Path, text: str) -> None:
    """Write a page; an existing file is replaced when the new one is complete."""
    write_atomically(path, text)


def sections(
    graph: ArtistGraph, *, seed: int, begin: Callable[[str], None]
) -> Iterator[Section]:
    """Run every listed analysis in order, then the paths between two artists.

    `begin` is called with the name of each analysis before it runs.
    """
    for listed in ANALYSES.values():
        begin(listed.name)
        made = _run(partial(listed.load(), graph, seed=seed))
        command = f"genregraph analyse {listed.name}"
        yield Section(listed.name, listed.question, command, made)
    begin(PATHS.name)
    yield _paths(graph, seed)


def _run(analysis: Callable[[], Analysis]) -> Analysis | AnalysisError:
    try:
        return analysis()
    except AnalysisError as error:
        return error


def _paths(graph: ArtistGraph, seed: int) -> Section:
    """The paths between two artists that many others list."""
    from queries.analysis.paths import paths  # noqa: PLC0415  it brings networkx

    ends = far_artists(graph)
    if ends is None:
        too_few = AnalysisError(
            "fewer than two artists are expanded", hint="Crawl further."
        )
        return Section(
            PATHS.name, PATHS.question, "genregraph analyse paths A B", too_few
        )
    start, end = ends
    made = _run(partial(paths, graph, start, end, seed=seed))
    return Section(
        PATHS.name, PATHS.question, f"genregraph analyse paths {start} {end}", made
    )


def far_artists(graph: ArtistGraph) -> tuple[str, str] | None:
    """Choose two artists for a path: the most listed ones of the two largest classes.

    Without two classes, the two most listed artists of all. Only expanded artists are
    chosen: no path leads on from the others.
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


def report_page(
    graph: ArtistGraph,
    sections: Sequence[Section],
    terms: Mapping[str, Terms],
    made_at: datetime,
) -> str:
    """Render the whole page.

    Args:
        graph: The graph of the report.
        sections: The sections, in the order of the page.
        terms: Terms of the sources of the data, by source.
        made_at: Time shown on the page.
    """
    title = f"The artist graph of {graph.graph['crawl']}"
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(title)}</title><style>{_STYLE}</style>"
    )
    body = (
        f"<header><h1>{_safe(title)}</h1>",
        f'<p class="faint">A report by genregraph, made {made_at:%Y-%m-%d %H:%M %Z}.</p>',
        _facts(graph),
        "" if can_draw() else f'<p class="faint">{_NO_PICTURES}</p>',
        "</header>",
        _contents(sections),
        *(_section(section, graph) for section in sections),
        _terms(terms),
    )
    text = "\n".join(part for part in body if part)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{text}\n</body></html>\n'


def _safe(value: object) -> str:
    return escape(visible(str(value)))


def _facts(graph: ArtistGraph) -> str:
    rows = (
        f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value in facts(graph)
    )
    return f"<dl>{''.join(rows)}</dl>"


def _contents(sections: Iterable[Section]) -> str:
    items = (
        f'<li><a href="#{one.name}">{_safe(_question(one))}</a></li>'
        for one in sections
    )
    last = '<li><a href="#terms">Where the data come from</a></li>'
    return f'<nav aria-label="Contents"><ol>{"".join(items)}{last}</ol></nav>'


def _question(section: Section) -> str:
    made = section.made
    return made.question if isinstance(made, Analysis) else section.question


def _section(section: Section, graph: ArtistGraph) -> str:
    head = (
        f'<section id="{section.name}"><h2>{_safe(_question(section))}</h2>'
        f'<p class="faint"><code>{_safe(section.command)}</code></p>'
    )
    made = section.made
    if isinstance(made, AnalysisError):
        reason = f"Not available: {_safe(made)}. {_safe(made.hint)}"
        return f'{head}<p class="not-made">{reason}</p></section>'
    more = (_CHOSEN_ENDS,) if section.name == PATHS.name else ()
    figures = made.figures if can_draw() else ()
    parts = (
        head,
        *(f"<figure>{svg_of(figure)}</figure>" for figure in figures),
        *(_table(table, section.command, graph) for table in made.tables),
        _notes((*more, *made.notes)),
        f'<p class="faint"><b>Method.</b> {_safe(made.method)}</p>',
        f'<p class="faint"><b>Source.</b> {_safe(made.source)}</p></section>',
    )
    return "\n".join(parts)


def _notes(notes: Sequence[str]) -> str:
    items = "".join(f"<li>{_safe(note)}</li>" for note in notes)
    return f'<ul class="notes">{items}</ul>' if notes else ""


def _table(table: Table, command: str, graph: ArtistGraph) -> str:
    shown = table.rows[: MAX_ARTIST_ROWS if "name" in table.columns else MAX_ROWS]
    kinds = [
        "number" if shown and all(_is_number(row[n]) for row in shown) else "text"
        for n in range(len(table.columns))
    ]
    head = "".join(
        f'<th class="{kind}" scope="col">{_safe(name.replace("_", " "))}</th>'
        for name, kind in zip(table.columns, kinds, strict=True)
    )
    lines = "".join(f"<tr>{_cells(row, kinds, graph)}</tr>" for row in shown)
    left = len(table.rows) - len(shown)
    more = (
        f'<p class="faint">{left:,} more: <code>{_safe(command)} --limit 0</code></p>'
        if left
        else ""
    )
    none = "" if shown else '<p class="faint">None.</p>'
    return (
        f'<h3>{_safe(table.title)}</h3><div class="wide"><table><thead><tr>{head}</tr>'
        f"</thead><tbody>{lines}</tbody></table></div>{none}{more}"
    )


def _cells(row: Sequence[object], kinds: Sequence[str], graph: ArtistGraph) -> str:
    return "".join(
        f'<td class="{kind}">{_cell(value, graph)}</td>'
        for value, kind in zip(row, kinds, strict=True)
    )


def _cell(value: object, graph: ArtistGraph) -> str:
    """Render a value; an artist's id links to its page at the source."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple | set | frozenset):
        return _safe(", ".join(map(str, value)))
    if isinstance(value, str) and value in graph:
        return _link(value, graph.nodes[value]["url"])
    return _safe(value)


def _link(text: str, url: str | None) -> str:
    if not url or urlsplit(url).scheme not in {"http", "https"}:
        return _safe(text)
    return f'<a href="{_safe(url)}" rel="noreferrer">{_safe(text)}</a>'


def _is_number(value: object) -> bool:
    return value is None or (
        isinstance(value, int | float) and not isinstance(value, bool)
    )


def _terms(terms: Mapping[str, Terms]) -> str:
    items = "".join(
        f"<li><b>{_safe(name)}</b>: {_safe(one.summary)}"
        + (f" {_link(one.url, one.url)}" if one.url else "")
        + "</li>"
        for name, one in terms.items()
    )
    return (
        '<section id="terms"><h2>Where the data come from</h2>'
        f'<ul class="notes">{items}</ul></section>'
    )


# Light and dark, for screens, phones and paper.
_STYLE = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1e21; --faint: #5d646c; --line: #d9dde1;
  --shade: #f4f6f8; --accent: #0b5c94;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e4e6e9; --faint: #a0a7af; --line: #363b41;
    --shade: #1f2226; --accent: #7cbcea;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1 { font-size: 1.8rem; line-height: 1.2; margin: .5rem 0 .3rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .2rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .15em; overflow-wrap: anywhere; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .88em;
  background: var(--shade); padding: .1em .35em; border-radius: 4px;
  overflow-wrap: anywhere; }
section { border-top: 1px solid var(--line); margin-top: 2.6rem; padding-top: 1.6rem; }
.faint { color: var(--faint); font-size: .9rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr;
  gap: .3rem 1.2rem; margin: 1.2rem 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
nav ol { padding-left: 1.4rem; margin: .4rem 0; }
nav li { margin: .25rem 0; }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.4; }
th, td { text-align: left; padding: .32rem .8rem .32rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; vertical-align: bottom; line-height: 1.2; max-width: 8rem; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.text a { overflow-wrap: normal; }
td.text { min-width: 4.5rem; max-width: 26rem; overflow-wrap: break-word; }
tbody tr:hover { background: var(--shade); }
figure { margin: 1.2rem 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 34rem; max-width: 50rem;
  height: auto; }
.notes { padding-left: 1.2rem; max-width: 46rem; }
.notes li { margin: .3rem 0; }
.not-made { border-left: 4px solid #d55e00; background: var(--shade);
  padding: .7rem 1rem; max-width: 46rem; }
@media print { nav { display: none; } section { break-inside: avoid-page; } }
"""
