"""The page of links into Neo4j Browser: one file without script or network. Pure."""

from collections.abc import Sequence
from html import escape

from queries.browser_links.deep_link import BrowserPlace
from queries.browser_links.links import BrowserLink

_INSTRUCTIONS = (
    "Each link opens Neo4j Browser with a query in its editor; if Browser offers to connect, "
    "press Connect. Run the query with Ctrl+Enter (⌘+Enter on a Mac) or the blue arrow. Nodes "
    "show their names: drag them, click one to read its properties, double-click one to see its "
    "neighbours."
)
_ADDS = (
    "The numbers are those of the query. Browser itself adds the other relations between the "
    "nodes it shows, so it draws as many nodes and often more relations."
)
_LOGIN = (
    "Browser first requests the password of the user {user}; links do not contain it."
)


def links_page(links: Sequence[BrowserLink], place: BrowserPlace, *, graph: str) -> str:
    """The page as HTML, links in their order.

    Args:
        links: What to show.
        place: The Browser and the database of the links.
        graph: A name of the graph, such as the crawl's.
    """
    title = f"{graph}: a walk through the graph in Neo4j Browser"
    sections = "\n".join(map(_section, links))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<style>
{_STYLE}</style>
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
    login = [_LOGIN.format(user=place.user)] if place.auth == "NATIVE" else []
    return "\n".join(
        f"<p>{escape(line)}</p>" for line in (_INSTRUCTIONS, _ADDS, *login)
    )


def _section(link: BrowserLink) -> str:
    query = link.query
    inside = _picture(link) if link.drawn.nodes else _nothing(link)
    return f"""<li id="{escape(link.name)}">
<h2>{escape(query.question)}</h2>
{inside}
</li>"""


def _nothing(link: BrowserLink) -> str:
    text = f"Nothing in this graph answers it yet. {link.query.notes}"
    return f'<p class="about">{escape(text)}</p>'


def _picture(link: BrowserLink) -> str:
    return f"""<p>{escape(link.query.notes)}</p>
<p class="about">{_about(link)}</p>
<p><a class="open" href="{escape(link.link)}" target="_blank" rel="noopener noreferrer"
>Open in Neo4j Browser</a></p>
<details>
<summary>The query, to read or to copy</summary>
<pre><code>{escape(link.cypher)}</code></pre>
</details>"""


def _about(link: BrowserLink) -> str:
    drawn = link.drawn
    shown = " · ".join(escape(one) for one in link.shown)
    counts = f"{drawn.nodes:,} nodes, {drawn.relations:,} relations"
    return f"{shown} · {counts}" if shown else counts


# The system's own fonts; light or dark as the system is.
_STYLE = """\
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #22252b; --pale: #666b75; --line: #dedbd3;
  --box: #f1efe9; --blue: #0a5fb4; --on-blue: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161b; --ink: #e4e3df; --pale: #a0a4ad; --line: #31353e;
    --box: #1d2027; --blue: #7db8f2; --on-blue: #10151c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, sans-serif;
}
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 0 0 .4rem; text-wrap: balance; }
p { margin: 0 0 .7rem; }
ol { list-style: none; counter-reset: stop; margin: 2rem 0 0; padding: 0; }
li {
  counter-increment: stop; position: relative;
  border-top: 1px solid var(--line); padding: 1.4rem 0 1.2rem 3rem;
}
li::before {
  content: counter(stop); position: absolute; left: 0; top: 1.3rem;
  width: 2rem; height: 2rem; border-radius: 50%; border: 1px solid var(--line);
  text-align: center; line-height: 1.9rem; color: var(--pale); font-size: .95rem;
}
.about { color: var(--pale); font-size: .95rem; }
.open {
  display: inline-block; padding: .45rem .95rem; border-radius: .4rem;
  background: var(--blue); color: var(--on-blue); text-decoration: none; font-weight: 600;
}
.open:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
summary { cursor: pointer; color: var(--pale); width: fit-content; }
pre {
  margin: .6rem 0 0; padding: .9rem 1rem; background: var(--box);
  border: 1px solid var(--line); border-radius: .4rem;
  overflow-x: auto; font-size: .875rem; line-height: 1.5; tab-size: 2;
}
code { font-family: ui-monospace, monospace; }
@media (max-width: 34rem) { li { padding-left: 0; } li::before { position: static; display: block; margin-bottom: .5rem; } }
@media print { .open { border: 1px solid; } pre { white-space: pre-wrap; } }
"""
