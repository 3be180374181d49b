"""The report: one complete, safe page that loads nothing."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from crawler.errors import FigureError
from crawler.reports.report import (
    check_page,
    far_artists,
    is_invented,
    report_page,
    sections,
    write_page,
)
from crawler.sources.base import Terms
from queries.analysis import ANALYSES
from queries.errors import AnalysisError
from tests.support.worlds.planted_graphs import graph_from_edges, planted_classes

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
TERMS = {
    "deezer": Terms("Look, do not keep.", "https://example.invalid/terms", "I read.")
}
EVIL = '<script>alert("1")</script><img src=x onerror=alert(2)>'


class Page(HTMLParser):
    """The elements of a page, as a browser parses them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.attributes, self.words = (
            [],
            [],
            [],
            [],
            [],
        )
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name == "id":
                self.ids.append(value)
            if name in {"src", "href", "xlink:href", "data", "srcset"}:
                self.links.append((tag, value))

    def handle_data(self, data):
        self.words.append(data)


def page_of(graph):
    made = tuple(sections(graph, seed=1, begin=lambda _: None))
    text = report_page(graph, made, TERMS, NOW)
    return text, Page(text), made


@pytest.fixture(scope="module")
def whole():
    graph = planted_classes({"pop": 30, "rap": 25}, relatives=5, stray=0.2, seed=1)
    for artist in ("pop 1", "pop 2", "rap 1"):
        graph.nodes[artist]["label"] = EVIL
    for artist in graph:
        graph.nodes[artist]["url"] = "javascript:alert(3)"
    graph.nodes["pop 2"]["url"] = "https://example.invalid/artist/2"
    graph.graph["crawl"] = "a <b>bold</b> crawl"
    return page_of(graph)


def test_every_analysis_has_a_section(whole):
    _, page, made = whole
    assert [one.name for one in made] == [*ANALYSES, "paths"]
    assert not [one for one in made if isinstance(one.made, AnalysisError)]
    inner = [link for tag, link in page.links if tag == "a" and link.startswith("#")]
    assert inner == [f"#{one.name}" for one in made] + ["#terms"]
    assert {link[1:] for link in inner} <= set(page.ids)
    words = " ".join(page.words)
    for one in made:
        assert one.made.question in words
        assert one.made.method in words
        assert one.made.source in words
        for table in one.made.tables:
            assert table.title in words


def test_listed_questions_match_analyses(whole):
    _, _, made = whole
    for one in made[:-1]:
        assert one.question == one.made.question


def test_every_analysis_has_a_figure(whole):
    _, page, made = whole
    assert page.tags.count("svg") == sum(len(one.made.figures) for one in made)
    assert all(one.made.figures for one in made)


def test_ids_are_unique(whole):
    _, page, _ = whole
    plain = [
        one for one in page.ids if not one.startswith(("m", "p")) or one == "paths"
    ]
    assert len(plain) == len(set(plain))


def test_page_loads_and_runs_nothing(whole):
    text, page, _ = whole
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "default-src 'none'" in text
    assert "@import" not in text
    loaded = [link for tag, link in page.links if tag != "a"]
    assert all(link.startswith("#") for link in loaded)


def test_names_are_escaped(whole):
    text, page, _ = whole
    assert EVIL not in text
    assert EVIL in page.words
    assert "<b>bold</b>" not in text
    links = [link for tag, link in page.links if tag == "a"]
    assert "https://example.invalid/artist/2" in links
    assert not [link for link in links if link.startswith("javascript")]


def test_head_shows_graph_and_foot_shows_terms(whole):
    _, page, _ = whole
    words = " ".join(page.words)
    for value in ("55", "2026-11-24", "2026-11-25 09:30", "breadth-first", "pop 30"):
        assert value in words
    assert "Look, do not keep." in words


def test_failed_analysis_shows_reason():
    classes = dict.fromkeys("abcd", "")
    edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]
    text, page, made = page_of(graph_from_edges(classes, edges))
    missing = [one.name for one in made if isinstance(one.made, AnalysisError)]
    assert {"bridges", "suspects"} <= set(missing)
    assert text.count("Not available: ") == len(missing)
    assert "fewer than two classes" in " ".join(page.words)
    assert {"summary", "paths"}.isdisjoint(missing)


def test_empty_graph_gets_a_page():
    _, page, made = page_of(graph_from_edges({}, []))
    assert len(made) == len(ANALYSES) + 1
    assert "0" in page.words


def test_path_connects_most_listed_of_two_largest_classes():
    classes = {
        "p1": "pop",
        "p2": "pop",
        "p3": "pop",
        "r1": "rap",
        "r2": "rap",
        "j": "jazz",
    }
    edges = [
        ("p1", "p2"),
        ("p3", "p2"),
        ("r2", "r1"),
        ("p1", "j"),
        ("p2", "j"),
        ("r1", "j"),
    ]
    assert far_artists(graph_from_edges(classes, edges)) == ("p2", "r1")
    assert far_artists(graph_from_edges(dict.fromkeys("ab", ""), [("a", "b")])) == (
        "b",
        "a",
    )
    assert far_artists(graph_from_edges({"a": "", "b": ""}, [], frontier=["b"])) is None


def test_only_standin_pages_are_invented():
    assert is_invented("https://www.deezer.example.invalid/artist/1")
    assert not is_invented("https://www.deezer.com/artist/1?from=x.invalid")
    assert not is_invented(None)


def test_page_is_written_atomically(tmp_path):
    write_page(tmp_path / "r.html", "é")
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == "é"
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("r.pdf", "does not end in .html"),
        ("gone/r.html", "there is no folder"),
        ("f.html", "is a folder"),
    ],
)
def test_unusable_page_path(name, words, tmp_path):
    (tmp_path / "f.html").mkdir()
    with pytest.raises(FigureError, match=words):
        check_page(tmp_path / name)
