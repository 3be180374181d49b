"""The page of links into Neo4j Browser: one file, no script, no network. Pure."""

from collections.abc import Sequence
from html import escape

from queries.links import BrowserPlace
from queries.links_page_style import STYLE
from queries.picture_links import BrowserLink

_HOW = (
    "Each link opens Neo4j Browser with a query in its editor; if Browser asks to connect, "
    "press Connect. Run the query with Ctrl+Enter (⌘+Enter on a Mac) or the blue arrow. Nodes "
    "bear their names: drag them, click one to read all that is known of it, double-click one "
    "to see who else is around it."
)
_ADDS = (
    "The numbers are those of the query. Browser itself adds the other relations between the "
    "nodes it shows, so it draws as many nodes and often more relations."
)
_ASKS = "Browser asks for the password of the user {user} first: no link carries it."


def links_page(
    pictures: Sequence[BrowserLink], place: BrowserPlace, *, graph: str
) -> str:
    """The page as HTML, pictures in their order.

    Args:
        pictures: What to link to.
        place: The Browser and the database, as the links have them.
        graph: Whose graph it is, such as the crawl's name.
    """
    title = f"{graph}: a walk through the graph in Neo4j Browser"
    sections = "\n".join(map(_section, pictures))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{_intro(place)}
<ol>
{sections}
</ol>
</main>
</body>
</html>
"""


def _intro(place: BrowserPlace) -> str:
    asks = [_ASKS.format(user=place.user)] if place.auth == "NATIVE" else []
    return "\n".join(f"<p>{escape(line)}</p>" for line in (_HOW, _ADDS, *asks))


def _section(picture: BrowserLink) -> str:
    query = picture.query
    inside = _picture(picture) if picture.drawn.nodes else _nothing(picture)
    return f"""<li id="{escape(picture.name)}">
<h2>{escape(query.question)}</h2>
{inside}
</li>"""


def _nothing(picture: BrowserLink) -> str:
    said = f"Nothing in this graph answers it yet. {picture.query.notes}"
    return f'<p class="about">{escape(said)}</p>'


def _picture(picture: BrowserLink) -> str:
    return f"""<p>{escape(picture.query.notes)}</p>
<p class="about">{_about(picture)}</p>
<p><a class="open" href="{escape(picture.link)}" target="_blank" rel="noopener noreferrer"
>Open in Neo4j Browser</a></p>
<details>
<summary>The query, to read or to copy</summary>
<pre><code>{escape(picture.cypher)}</code></pre>
</details>"""


def _about(picture: BrowserLink) -> str:
    drawn = picture.drawn
    whom = " · ".join(escape(one) for one in picture.shown)
    counts = f"{drawn.nodes:,} nodes, {drawn.relations:,} relations"
    return f"{whom} · {counts}" if whom else counts
