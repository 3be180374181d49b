"""The explorer page contains the whole graph exactly, and nothing else."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from queries.explorer.content import Legend
from queries.explorer.page import Page, explorer_page
from tests.support.worlds.explorer_graph import (
    BORGIR,
    LEGEND,
    NASTY,
    ORIGIN,
    small_graph,
)


@pytest.fixture(scope="module")
def page() -> Page:
    return explorer_page(small_graph(), LEGEND, ORIGIN, max_artists=100)


class Parts(HTMLParser):
    """The elements of a page, as a browser parses them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: dict[str, str] = {}
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.addresses += [named[n] or "" for n in ("src", "href") if n in named]

    def handle_data(self, data: str) -> None:
        tag = self.tags[-1] if self.tags else ""
        self.texts[tag] = self.texts.get(tag, "") + data


def data_of(page: Page) -> dict:
    found = re.search(r'type="application/json">(.*?)</script>', page.html, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_page_data_equal_graph(page: Page) -> None:
    graph, data = small_graph(), data_of(page)
    ids = data["artists"]["id"]
    assert ids == list(graph)
    for number, artist in enumerate(ids):
        flat = data["artists"]["relatives"][number]
        read = {
            ids[other]: rank for other, rank in zip(flat[::2], flat[1::2], strict=True)
        }
        assert read == {end: edge["rank"] for end, edge in graph.adj[artist].items()}
        assert flat[1::2] == sorted(flat[1::2])
        node = graph.nodes[artist]
        column = {name: values[number] for name, values in data["artists"].items()}
        assert column["name"] == node["label"]
        assert column["followers"] == node["followers"]
        assert column["depth"] == node["depth"]
        assert bool(column["expanded"]) == node["expanded"]
        genres = [data["genres"][genre]["name"] for genre in column["genres"]]
        assert tuple(genres) == node["genres"]
        assert data["groups"][column["group"]]["name"] == node["class"]
    assert (page.artists, page.relations) == (len(graph), graph.number_of_edges())


def test_genres_list_their_classes(page: Page) -> None:
    leads = {genre["name"]: genre["classes"] for genre in data_of(page)["genres"]}
    assert leads["thrash metal"] == ["metal"]
    assert leads["swing"] == []


def test_names_are_escaped(page: Page) -> None:
    parts = Parts(page.html)
    assert parts.tags.count("script") == 2
    assert "img" not in parts.tags
    assert NASTY in data_of(page)["artists"]["name"]
    assert "<crawl>" not in page.html
    assert "Private &lt;use&gt; only." in page.html


def test_name_that_looks_like_a_placeholder() -> None:
    graph = small_graph()
    graph.nodes["m2"]["label"] = "<!--script-->"
    page = explorer_page(graph, LEGEND, ORIGIN, max_artists=100)
    assert "<!--script-->" in data_of(page)["artists"]["name"]
    assert "<!--" not in page.html


def test_page_shows_crawl_counts_day_and_terms(page: Page) -> None:
    assert "<title>small &lt;crawl&gt;</title>" in page.html
    assert "22 artists · 62 relations · 24 November 2026" in page.html
    assert "<b>deezer</b>" in page.html


def test_page_loads_nothing(page: Page) -> None:
    parts = Parts(page.html)
    assert not {"link", "iframe", "object", "base"} & set(parts.tags)
    assert parts.addresses == ["https://example.invalid/t"]
    assert "default-src 'none'" in page.html
    assert "connect-src" not in page.html


def test_only_web_urls_become_links(page: Page) -> None:
    data = data_of(page)
    ids = data["artists"]["id"]
    urls = dict(zip(ids, data["artists"]["url"], strict=True))
    assert urls["m1"] is None
    assert urls["alone"] is None
    assert data["urlStart"] + urls["m2"] == (
        "https://www.deezer.example.invalid/artist/m2"
    )
    assert "javascript:" not in page.html


def test_too_many_artists_keep_nearest_and_most_listed() -> None:
    graph = small_graph()
    graph.nodes["j7"]["depth"] = 0
    page = explorer_page(graph, LEGEND, ORIGIN, max_artists=21)
    assert page.artists == 21
    ids = data_of(page)["artists"]["id"]
    assert "alone" not in ids
    few = explorer_page(graph, LEGEND, ORIGIN, max_artists=2)
    # The seed, then the artist that both rings list.
    assert set(data_of(few)["artists"]["id"]) == {"j7", "j0"}
    assert few.left_out.startswith("20 of 22 artists and 61 relations are left out")
    assert few.left_out in few.html


_PARTIAL_PAGE = """
from queries.explorer.page import explorer_page
from tests.support.worlds.explorer_graph import LEGEND, ORIGIN, small_graph
print(explorer_page(small_graph(), LEGEND, ORIGIN, max_artists=7).html)
"""


def test_partial_page_does_not_depend_on_the_order_of_sets() -> None:
    pages = {
        subprocess.run(
            [sys.executable, "-c", _PARTIAL_PAGE],
            env={"PYTHONHASHSEED": str(hash_seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in (1, 2)
    }
    assert len(pages) == 1


def test_partial_page_keeps_the_order_of_the_graph() -> None:
    graph = small_graph()
    page = explorer_page(graph, LEGEND, ORIGIN, max_artists=7)
    ids = data_of(page)["artists"]["id"]
    assert ids == [artist for artist in graph if artist in ids]


def test_same_graph_gives_same_page(page: Page) -> None:
    again = explorer_page(small_graph(), LEGEND, ORIGIN, max_artists=100)
    assert again == page


def test_common_genres_give_colours_without_classes() -> None:
    graph = small_graph()
    graph.graph.update(class_names=(), selected=False)
    page = explorer_page(graph, Legend({}, ""), ORIGIN, max_artists=100)
    data = data_of(page)
    assert data["meta"]["grouping"] == "genre"
    names = [group["name"] for group in data["groups"]]
    assert names == ["bebop", "thrash metal", "swing", "black metal", ""]
    borgir = data["artists"]["name"].index(BORGIR)
    assert names[data["artists"]["group"][borgir]] == "black metal"
