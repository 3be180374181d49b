"""The report as HTML: one file, no script, nothing loaded from anywhere.

All text is escaped: an artist may be called `<script>`. The page's own policy forbids
scripts and requests, whatever the text holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from crawler.reports.figures import can_draw, svg_of
from crawler.reports.report import PATHS, Section
from crawler.reports.style import STYLE
from crawler.reports.summary import facts
from crawler.sources.base import Terms
from crawler.text import visible
from graph.views.artists import ArtistGraph
from queries.analysis.result import Analysis, Table
from queries.errors import AnalysisError

# Of artists there are many; tables of classes and measures are shown whole.
ROWS_OF_ARTISTS, ROWS = 20, 60
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_NO_PICTURES = (
    "There are no pictures: matplotlib is not installed. In the checkout "
    '<code>pip install ".[plot]"</code> brings it; where pipx installed genregraph, '
    "<code>pipx inject genregraph matplotlib</code>."
)
_CHOSEN_ENDS = (
    "The two ends were chosen by the report: the most listed artist of each of the two "
    "largest classes, or the two most listed of all."
)


def report_page(
    graph: ArtistGraph,
    sections: Sequence[Section],
    terms: Mapping[str, Terms],
    made_at: datetime,
) -> str:
    """The whole page.

    Args:
        graph: Which graph it is about.
        sections: In the page's order.
        terms: Of the sources whose data it shows, by their names.
        made_at: When the page was made.
    """
    title = f"The artist graph of {graph.graph['crawl']}"
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(title)}</title><style>{STYLE}</style>"
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
        f"<dt>{_safe(name)}</dt><dd>{_safe(told)}</dd>" for name, told in facts(graph)
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
        told = f"Not made: {_safe(made)}. {_safe(made.hint)}"
        return f'{head}<p class="not-made">{told}</p></section>'
    more = (_CHOSEN_ENDS,) if section.name == PATHS else ()
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
    shown = table.rows[: ROWS_OF_ARTISTS if "name" in table.columns else ROWS]
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
    """A value as text; an artist's id leads to its page at the source."""
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
