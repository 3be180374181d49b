"""The browser_queries of queries/browser: what they draw is what their row queries list.

And Neo4j Browser really draws it, by the links that the program prints.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

import pytest

from crawler.selection.labels import label_parameters
from crawler.selection.select import select_labels
from graph.bolt_store.store import BoltStore
from queries.browser_links.deep_link import TOUR, browser_place
from queries.browser_links.examples import find_examples
from queries.browser_links.links import BrowserLink, browser_link, browser_values
from queries.catalog import browser_queries
from queries.running import run_query, shipped_query
from tests.support.neo4j.browser import browser_url, seen
from tests.support.servers.browser import chromium
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world

ALL = {"limit": 9_999, "per_class": 9_999, "listing": 9_999}
NEAREST = {"limit": 7, "min_genres": 4}
KEYS = {"Genre": "name"}


@pytest.fixture
def store(bolt_store: BoltStore) -> BoltStore:
    """A made and selected world in each store."""
    fill(bolt_store, made_world(200))
    select_labels(bolt_store, RECIPE, now=AT)
    return bolt_store


def values_of(store: BoltStore, name: str, given: Mapping[str, object]) -> dict:
    query = browser_queries()[name]
    known = label_parameters(RECIPE)
    examples = find_examples(store, RECIPE.name).values(query.name)
    own = {p.name: given[p.name] for p in query.parameters if p.name in given}
    found = browser_values(query, {}, {**known, **examples, **own})
    assert found is not None
    return found


def paths(store: BoltStore, name: str, values: Mapping[str, object]) -> list:
    columns, rows = run_query(store, browser_queries()[name], {}, filled=values)
    assert columns == ("path",)
    assert rows, name
    return [path for (path,) in rows]


def rows_of(store: BoltStore, name: str, values: Mapping[str, object]) -> list:
    return run_query(store, shipped_query(name), {}, filled=values)[1]


def keys(path: Mapping, label: str) -> list[str]:
    """The keys of a path's nodes of a label, in its order."""
    nodes = [one["properties"] for one in path["nodes"] if one["labels"] == [label]]
    return [node[KEYS.get(label, "id")] for node in nodes]


def names(path: Mapping, label: str) -> list[str]:
    return [n["properties"]["name"] for n in path["nodes"] if n["labels"] == [label]]


def together(drawn: list, of: Callable, *others: Callable) -> dict:
    """What the paths of each key hold together, as sets."""
    found: dict = defaultdict(lambda: tuple(set() for _ in others))
    for path in drawn:
        for key in of(path):
            for part, other in zip(found[key], others, strict=True):
                part.update(other(path))
    return dict(found)


def artists(path: Mapping) -> list[str]:
    return keys(path, "Artist")


def classes(path: Mapping) -> list[str]:
    return names(path, "Class")


def genres(path: Mapping) -> list[str]:
    return names(path, "Genre")


def tracks(path: Mapping) -> list[str]:
    return keys(path, "Track")


def same_neighbours(drawn: list, rows: list, values: Mapping) -> None:
    around = {one for path in drawn for one in artists(path)} - {values["artist"]}
    assert around == {row[0] for row in rows}
    listed = [
        part["start"] == values["artist"] for p in drawn for part in p["relationships"]
    ]
    assert sum(listed) == sum(row[3] is not None for row in rows)
    assert len(listed) - sum(listed) == sum(row[4] is not None for row in rows)


def same_classes_and_genres(drawn: list, rows: list, _: Mapping) -> None:
    expected = {row[0]: (set(row[2]), set(row[3])) for row in rows}
    assert together(drawn, artists, classes, genres) == expected


def same_bridges(drawn: list, rows: list, _: Mapping) -> None:
    foreign = together(drawn, lambda path: artists(path)[:1], genres)
    assert {a: len(found) for a, (found,) in foreign.items()} == {
        r[0]: r[2] for r in rows
    }
    assert len(drawn) == sum(row[2] for row in rows)


def same_length(drawn: list, rows: list, values: Mapping) -> None:
    (path,) = drawn
    assert len(path["nodes"]) == len(rows)
    assert artists(path)[-1] == values.get("end", values.get("artist")) == rows[-1][1]
    assert [part["label"] for part in path["relationships"]] == ["RELATED_TO"] * (
        len(rows) - 1
    )


def same_collaborations(drawn: list, rows: list, _: Mapping) -> None:
    expected = {row[0]: (set(row[2]), set(row[3])) for row in rows}
    assert together(drawn, tracks, artists, classes) == expected


def same_artists(drawn: list, rows: list, _: Mapping) -> None:
    assert {one for path in drawn for one in artists(path)} == {row[0] for row in rows}


def same_labels(drawn: list, rows: list, _: Mapping) -> None:
    assert sorted((*artists(path), *classes(path)) for path in drawn) == sorted(
        (row[0], row[1]) for row in rows
    )


def same_tracks(drawn: list, rows: list, _: Mapping) -> None:
    expected = {row[0]: (set(row[2]), {row[3]}) for row in rows}
    found = together(drawn, tracks, lambda path: names(path, "Artist"), classes)
    assert found == expected


def same_lists(drawn: list, rows: list, _: Mapping) -> None:
    listed_by = together(drawn, lambda p: artists(p)[:1], lambda p: artists(p)[1:])
    assert {a: len(by) for a, (by,) in listed_by.items()} == {r[0]: r[2] for r in rows}


TWINS: Mapping[str, tuple[str, Callable, Mapping]] = {
    "neighbours": ("neighbours", same_neighbours, ALL),
    "chosen_artists": ("policies/single-class", same_labels, ALL),
    "spanning_artists": ("spanning_artists", same_classes_and_genres, ALL),
    "bridge_artists": ("bridge_artists", same_bridges, NEAREST),
    "path_between": ("path_between", same_length, ALL),
    "path_from_seed": ("path_from_seed", same_length, ALL),
    "collaborations_across_classes": (
        "collaborations_across_classes",
        same_collaborations,
        ALL,
    ),
    "genre_artists": ("genre_artists", same_artists, ALL),
    "most_listed_artists": ("most_listed_artists", same_lists, {**ALL, **NEAREST}),
    "chosen_tracks": ("chosen_tracks", same_tracks, ALL),
}


def test_a_browser_query_draws_what_its_row_query_lists(store: BoltStore) -> None:
    for name, (row_query, same, given) in TWINS.items():
        values = values_of(store, name, given)
        same(paths(store, name, values), rows_of(store, row_query, values), values)
    directed(store)
    overview(store)
    bounded(store)


def directed(store: BoltStore) -> None:
    """A path from a seed follows the arrows, also where a shorter one goes against them."""
    for number in range(20, 40):
        values = {"artist": f"deezer:{number}"}
        rows = rows_of(store, "path_from_seed", values)
        found = run_query(
            store, browser_queries()["path_from_seed"], {}, filled=values
        )[1]
        assert [len(path["nodes"]) for (path,) in found] == [len(rows)] * bool(rows)


def overview(store: BoltStore) -> None:
    values = values_of(
        store, "what_is_here", {"per_class": 3, "seeds": 2, "nearest": 1}
    )
    drawn = paths(store, "what_is_here", values)
    in_classes = [path for path in drawn if len(path["nodes"]) != 2]
    held = together(in_classes, classes, artists)
    sizes = rows_of(store, "class_sizes", values)
    assert {name: len(a) for name, (a,) in held.items()} == {
        name: min(3, artists) for name, artists, _ in sizes
    }
    seeds = {row[0] for row in rows_of(store, "seed_artists", values)}
    firsts = [artists(path)[0] for path in drawn if len(path["nodes"]) == 2]
    assert 0 < len(firsts) <= 2
    assert set(firsts) <= seeds


def bounded(store: BoltStore) -> None:
    """As they stand the pictures are small enough to be looked at."""
    for name in TOUR:
        made = picture(store, name, "bolt://localhost")
        assert 1 < made.drawn.nodes <= 300
        assert len(made.link) < 4_000  # a server takes 8 KB of a request's head


def picture(store: BoltStore, name: str, uri: str, browser: str = "") -> BrowserLink:
    place = browser_place(uri, user=None, needs_password=False, browser=browser)
    return browser_link(
        store, browser_queries()[name], values_of(store, name, {}), place
    )


def test_each_browser_query_has_a_row_query_and_a_place_on_the_tour() -> None:
    assert {*TWINS, "what_is_here"} == set(browser_queries()) == set(TOUR)
    assert TOUR[:6] == (
        *("what_is_here", "neighbours", "chosen_artists", "spanning_artists"),
        *("bridge_artists", "path_between"),
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("neo4j", ("neighbours", "spanning_artists", "path_between")),
        ("neo4j_2026", ("what_is_here",)),
    ],
)
def test_a_link_fills_browser_s_editor_and_its_query_is_drawn(
    request: pytest.FixtureRequest, line: str, shown: tuple[str, ...]
) -> None:
    uri = request.getfixturevalue(f"{line}_uri")
    store = request.getfixturevalue(f"{line}_store")
    fill(store, made_world(200))
    select_labels(store, RECIPE, now=AT)
    with chromium() as running:
        for name in shown:
            made = picture(store, name, uri, browser_url(uri))
            keys_ = "Control+Enter" if name == "neighbours" else None
            drawn = seen(running, made.link, keys=keys_)
            assert made.cypher.startswith(drawn.editor.splitlines()[0])
            assert drawn.nodes == made.drawn.nodes
            # Browser connects what it shows: all relations between these nodes.
            assert drawn.relations == relations_among(store, made)
            assert drawn.relations >= made.drawn.relations


def relations_among(store: BoltStore, made: BrowserLink) -> int:
    """How many relations the graph has between the nodes of a picture."""
    _, rows = store.query(made.cypher)
    nodes = {
        (one["labels"][0], one["properties"][KEYS.get(one["labels"][0], "id")])
        for (path,) in rows
        for one in path["nodes"]
    }
    between = [item for item in store.items() if item["type"] == "relationship"]
    return sum(
        all((item[e]["labels"][0], item[e]["id"]) in nodes for e in ("start", "end"))
        for item in between
    )
