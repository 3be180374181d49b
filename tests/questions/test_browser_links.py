"""Deep links into Neo4j Browser: their Cypher, their addresses, the command and its page."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.cli import run_command_line
from crawler.selection.select import select_labels
from graph.bolt_store.store import BoltStore
from queries.browser_links.deep_link import (
    TOUR,
    browser_place,
    deep_link,
    literal,
    with_literals,
)
from queries.browser_links.links import BrowserLink, DrawnQuery
from queries.browser_links.page import links_page
from queries.catalog import browser_queries, parse_query
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world

NASTY = 'O\'Neil \\ \\u0041 "x" `y` $limit // /* \n\t\r\x00\x1b\u2028 é 演歌 😀 {}%'
AWAY = "'}) DETACH DELETE a //"
VALUES = (NASTY, AWAY, "", 0, -1, 2**63 - 1, 0.15, -0.5, 1e-7, 1e22, True, False, None)
NESTED = ([*VALUES, []], {"a": NASTY, "b c": [1], "d`e": {}})

QUERY = """// Is `$limit` a parameter?
//
// Parameters:
//   $limit: int       Rows.
//   $limits: list     Not the same.
//   $name: str        A name.
// Columns:
//   path
MATCH (a {name: $name}) // not $name
WHERE a.x IN $limits OR a.y = '$name' /* $limit */ OR a.`$name` = "$limit"
RETURN a AS path
LIMIT $limit
"""
WRITTEN = """// Is `$limit` a parameter?
MATCH (a {name: 'it\\'s $limit'}) // not $name
WHERE a.x IN [1, 'b'] OR a.y = '$name' /* $limit */ OR a.`$name` = "$limit"
RETURN a AS path
LIMIT 3
"""


def test_values_written_as_literals_are_the_same_values_in_every_store(
    bolt_store: BoltStore,
) -> None:
    for value in (*VALUES, *NESTED):
        _, [(read,)] = bolt_store.query(f"RETURN {literal(value)} AS value")
        assert read == value
        assert type(read) is type(value)
    _, [(read,)] = bolt_store.query(f"WITH 3 AS n RETURN n -{literal(-1)} AS value")
    assert read == 4


def test_a_value_of_another_type_has_no_literal() -> None:
    with pytest.raises(TypeError, match="set"):
        literal({1, 2})
    with pytest.raises(ValueError, match="JSON"):
        literal(float("nan"))


def test_parameters_become_literals_and_comments_strings_and_names_stay() -> None:
    query = parse_query("q", QUERY)
    values = {"limit": 3, "limits": [1, "b"], "name": "it's $limit"}
    assert with_literals(query, values) == WRITTEN
    with pytest.raises(KeyError):
        with_literals(query, {"limit": 3})


@pytest.mark.parametrize(
    ("uri", "page", "dbms"),
    [
        (
            "bolt://localhost",
            "http://localhost:7474/browser/",
            "bolt://neo4j@localhost:7687",
        ),
        (
            "neo4j://db.lan:7688",
            "http://db.lan:7474/browser/",
            "neo4j://neo4j@db.lan:7688",
        ),
        ("bolt://[::1]:9", "http://[::1]:7474/browser/", "bolt://neo4j@[::1]:9"),
        (
            "neo4j+s://x.databases.neo4j.io",
            "https://browser.neo4j.io/",
            "neo4j+s://neo4j@x.databases.neo4j.io:7687",
        ),
        (
            "bolt+ssc://db.lan",
            "https://db.lan:7473/browser/",
            "bolt+s://neo4j@db.lan:7687",
        ),
    ],
)
def test_browser_is_found_from_the_store_s_address(
    uri: str, page: str, dbms: str
) -> None:
    place = browser_place(uri, user=None, needs_password=False)
    assert (place.page, place.dbms, place.auth) == (page, dbms, "NO_AUTH")


def test_a_link_names_user_and_database_and_carries_the_text_as_it_is() -> None:
    place = browser_place(
        "bolt://localhost",
        user="a@b/c",
        needs_password=True,
        database="music",
        browser="http://localhost:8080",
    )
    link = deep_link(place, f"// {NASTY} + & # =")
    assert link.startswith("http://localhost:8080/?")
    assert parse_qs(urlsplit(link).query, strict_parsing=True) == {
        "dbms": ["bolt://a%40b%2Fc@localhost:7687"],
        "preselectAuthMethod": ["NATIVE"],
        "db": ["music"],
        "cmd": ["edit"],
        "arg": [f"// {NASTY} + & # ="],
    }
    assert "+" not in link


def test_the_default_database_is_omitted_because_browser_fails_on_it() -> None:
    place = browser_place(
        "bolt://localhost", user=None, needs_password=False, database="neo4j"
    )
    assert "&db=" not in deep_link(place, "RETURN 1")


class Nested(HTMLParser):
    """Reads a page; its elements must be closed in the order in which they opened."""

    EMPTY = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Nested:
    reader = Nested()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_is_valid_html_whatever_artists_are_called() -> None:
    evil = '</code></pre><script>alert("x")</script> & \'<b>'
    place = browser_place("bolt://localhost", user=evil, needs_password=True)
    query = browser_queries()["neighbours"]
    cypher = with_literals(query, {"artist": evil, "limit": 5})
    made = BrowserLink(
        query,
        {"artist": "deezer:1"},
        cypher,
        deep_link(place, cypher),
        DrawnQuery(2, 1, {"deezer:1": evil}),
    )
    empty = BrowserLink(query, {}, "RETURN 1", "http://x", DrawnQuery(0, 0, {}))
    page = read(links_page([made, empty], place, graph=evil))
    tags = [tag for tag, _ in page.seen]
    assert {"script", "b", "img", "link"}.isdisjoint(tags)
    assert [attrs["href"] for tag, attrs in page.seen if tag == "a"] == [made.link]
    assert page.text.count(evil) == 4  # twice the title, the user, the artist
    assert cypher in page.text
    assert "Nothing in this graph answers it yet" in page.text


@pytest.fixture
def graph(neo4j_store: BoltStore) -> BoltStore:
    fill(neo4j_store, made_world(120))
    select_labels(neo4j_store, RECIPE, now=AT)
    return neo4j_store


Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def asking(*arguments: str) -> tuple[int, str, str]:
        status = run_command_line(["query", "links", *arguments])
        return int(status), *capsys.readouterr()

    return asking


def test_links_and_page_show_the_graph_and_accept_given_values(
    graph: BoltStore, neo4j_uri: str, ask: Ask, tmp_path: Path
) -> None:
    store = ("--store", neo4j_uri)
    status, out, _ = ask("--json", *store)
    assert status == 0
    rows = json.loads(out)
    assert [row["picture"] for row in rows] == list(TOUR)
    assert all(row["nodes"] > 1 for row in rows)
    for row in rows[1:4]:
        text = parse_qs(urlsplit(row["link"]).query)["arg"][0]
        _, found = graph.query(text)
        assert (
            len({str(part) for (path,) in found for part in path["nodes"]})
            == row["nodes"]
        )

    given = ("neighbours", "-p", "artist=deezer:7", "--format", "table")
    status, out, _ = ask(*given, *store)
    assert status == 0
    assert "Band 7 (deezer:7), " in out
    assert "%27deezer%3A7%27" in out.splitlines()[-1]

    page = tmp_path / "links.html"
    status, out, err = ask("--html", str(page), "--browser", "http://pc:80/b", *store)
    assert (status, out) == (0, "")
    assert page.as_uri() in err
    hrefs = [a["href"] for tag, a in read(page.read_text("utf-8")).seen if tag == "a"]
    assert len(hrefs) == len(TOUR)
    assert all(str(href).startswith("http://pc:80/b/?dbms=bolt") for href in hrefs)

    status, out, err = ask("neighbours", "-p", "artist=deezer:0815", "--json", *store)
    assert json.loads(out)[0]["nodes"] == 0
    assert 'the graph holds no artist "deezer:0815"' in err


def test_browser_queries_without_data_are_left_out_and_reported(
    neo4j_store: BoltStore, neo4j_uri: str, ask: Ask
) -> None:
    fill(neo4j_store, made_world(1))
    some = ("what_is_here", "path_between", "--json")
    status, out, err = ask(*some, "--store", neo4j_uri)
    assert status == 0
    assert json.loads(out)[0]["picture"] == "what_is_here"
    assert (
        "browser/path_between is left out: the graph has nothing for $start, $end"
        in err
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the embedded store has no Neo4j Browser"),
        ((), "genregraph graph copy "),
        (("neighbors",), 'Did you mean "browser/neighbours"?'),
        (("neighbours", "-p", "artst=x"), 'did you mean "artist"?'),
        (("--html", "page.pdf"), "page.pdf does not end in .html"),
        (("--browser", "localhost:7474", "--store", "bolt://localhost:9"), "--browser"),
    ],
)
def test_a_store_without_browser_is_a_usage_error(
    ask: Ask, arguments: tuple[str, ...], message: str
) -> None:
    status, out, err = ask("--store", "store", *arguments)
    assert (status, out) == (2, "")
    assert message in err
