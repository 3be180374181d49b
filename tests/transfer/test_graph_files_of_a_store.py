"""`graph export` as a command, on the graph of a store."""

from collections import Counter

import networkx as nx
import pandas as pd
import pytest

from crawler.cli import run_command_line
from crawler.selection.select import select_labels
from graph.opening import StoreSettings, open_configured_store
from graph.views.artists import artist_graph
from graph.views.kinds import add_kinds
from tests.support.processes.program import genregraph
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world


@pytest.fixture(scope="module")
def folder(embedded_folder):
    """A store that holds a made graph, of which a part is selected."""
    settings = StoreSettings(None, None, None, None, embedded_folder)
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        store._bolt.alter(["MATCH (n) WHERE NOT n:Schema DETACH DELETE n"])
        fill(store, made_world(150))
        select_labels(store, RECIPE, now=AT)
    return embedded_folder


@pytest.fixture(scope="module")
def store(folder):
    settings = StoreSettings(None, None, None, None, folder)
    with open_configured_store(settings, clock_now=lambda: AT) as opened:
        yield opened


@pytest.fixture(scope="module")
def items(store):
    return list(store.items())


@pytest.fixture
def export(folder, tmp_path, monkeypatch, capsys):
    """Runs the command in this process; returns its status and its messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        status = run_command_line(
            ["graph", "export", *arguments, "--store", str(folder)]
        )
        messages = capsys.readouterr()
        assert messages.out == ""
        return status, " ".join(messages.err.split())

    return run


def nodes_of(items, label):
    return {i["id"]: i for i in items if i["type"] == "node" and label in i["labels"]}


def edges_of(items, kind):
    return {
        (i["start"]["id"], i["end"]["id"])
        for i in items
        if i["type"] == "relationship" and i["label"] == kind
    }


def test_artists_and_their_relatives_are_written_by_default(folder, items, tmp_path):
    arguments = ("graph", "export", "scene.graphml", "--store", folder)
    done = genregraph(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    read = nx.read_graphml(tmp_path / "scene.graphml")
    artists = nodes_of(items, "Artist")
    assert set(read) == set(artists)
    assert set(read.edges) == edges_of(items, "RELATED_TO")
    assert f"{len(read)} nodes and {len(read.edges)} edges are in" in done.stderr
    for id_, node in artists.items():
        properties = node["properties"]
        assert read.nodes[id_]["label"] == properties["name"]
        assert read.nodes[id_]["expanded"] is ("related_at" in properties)
        assert read.nodes[id_].get("mbid") == properties.get("mbid")
    assert all(edge["weight"] == 1 / edge["rank"] for *_, edge in read.edges(data=True))
    labelled = {
        i["start"]["id"]: i["end"]["id"].partition("/")[2]
        for i in items
        if i.get("label") == "CLASSIFIED_AS" and i["start"]["labels"] == ["Artist"]
    }
    assert dict(read.nodes(data="class")) == dict.fromkeys(read) | labelled


def test_all_genres_and_tracks_of_the_store_are_written(export, items, tmp_path):
    assert export("all.csv", "--nodes", "artist,genre,track", "--no-times")[0] == 0
    nodes = pd.read_csv(tmp_path / "all.csv" / "nodes.csv").set_index("Id")
    edges = pd.read_csv(tmp_path / "all.csv" / "edges.csv")
    assert nodes.index.is_unique
    assert Counter(nodes["kind"]) == {
        label.lower(): len(nodes_of(items, label))
        for label in ("Artist", "Genre", "Track")
    }
    # An artist and a track of a service can have the same number.
    assert set(nodes_of(items, "Artist")) & set(nodes_of(items, "Track"))
    for kind, begins in (
        ("RELATED_TO", ""),
        ("HAS_GENRE", "genre:"),
        ("PERFORMS", "track:"),
    ):
        rows = edges[edges["kind"] == kind]
        found = list(zip(rows["Source"], rows["Target"], strict=True))
        expected = {(a, f"{begins}{b}") for a, b in edges_of(items, kind)}
        assert (len(found), set(found)) == (len(expected), expected)
    assert edges["Weight"].between(0, 1).all()
    assert not {"first_seen_at", "last_seen_at"} & set(edges)
    two = edges[(edges["kind"] == "HAS_GENRE") & edges["sources"].str.contains("; ")]
    assert set(two["sources"]) == {"deezer; musicbrainz"}
    death = nodes.loc["genre:death metal"]
    assert (death["class"], death["Label"]) == ("death", "death metal")


def test_chosen_writes_the_selected_artists_and_tracks(export, items, tmp_path):
    assert export("best.gexf", "--chosen", "--nodes", "artist,track,genre")[0] == 0
    read = nx.read_gexf(tmp_path / "best.gexf")
    chosen = {
        ("track:" if i["start"]["labels"] == ["Track"] else "") + i["start"]["id"]
        for i in items
        if i.get("label") == "CLASSIFIED_AS"
    }
    genres = {
        f"genre:{genre}"
        for artist, genre in edges_of(items, "HAS_GENRE")
        if artist in chosen
    }
    assert 0 < len(genres) < len(nodes_of(items, "Genre"))
    assert set(read) == chosen | genres
    assert all(
        node["class"] in RECIPE.class_names
        for _, node in read.nodes(data=True)
        if node["kind"] != "genre"
    )
    related = {(a, b) for a, b, kind in read.edges(data="kind") if kind == "RELATED_TO"}
    assert related == {
        (a, b) for a, b in edges_of(items, "RELATED_TO") if a in chosen and b in chosen
    }


def test_chosen_without_a_selection_names_the_command_to_run(export, tmp_path):
    text = '[dataset]\nname = "other"\n[classes]\nmetal = "metal"\n'
    (tmp_path / "other.toml").write_text(text)
    status, messages = export("best.csv", "--chosen", "--recipe", "other.toml")
    assert status == 1
    assert "nothing is selected for other" in messages
    assert "genregraph select" in messages
    assert not (tmp_path / "best.csv").exists()


def test_the_named_recipe_decides_which_genres_count(export, tmp_path):
    text = '[dataset]\nname = "metal"\n[classes]\nmetal = "metal"\n[labels]\n'
    for name, votes in (("all", 0), ("few", 20)):
        (tmp_path / f"{name}.toml").write_text(f"{text}min_votes = {votes}\n")
        assert export(f"{name}.parquet", "--recipe", f"{name}.toml")[0] == 0
    every, few = (
        pd.read_parquet(tmp_path / f"{name}.parquet" / "nodes.parquet")
        for name in ("all", "few")
    )
    assert every["genres"].notna().sum() > few["genres"].notna().sum() > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scene.gefx"], 'did you mean ".gexf"? known are .graphml, .gexf, .csv'),
        (["scene.xlsx"], "ends in .xlsx; known are .graphml, .gexf, .csv, .parquet"),
        (["scene"], "scene has no ending; known endings are .graphml"),
        (["a.gexf", "--nodes", "artist,traks"], 'did you mean "track"? known are'),
        (["a.gexf", "--nodes", "genre"], "must include artist"),
        (["a.jsonl", "--chosen"], ".jsonl holds everything"),
        (["a.jsonl", "--nodes", "artist"], ".jsonl holds everything"),
    ],
)
def test_an_impossible_export_is_a_usage_error(export, tmp_path, arguments, words):
    status, messages = export(*arguments)
    assert status == 2
    assert words in messages
    assert list(tmp_path.iterdir()) == []


def test_a_genre_from_two_sources_is_one_edge_with_the_larger_share(store, items):
    view = artist_graph(store, recipe=RECIPE.name)
    add_kinds(view, store, genres=True)
    strongest = {}
    for item in items:
        if item.get("label") == "HAS_GENRE":
            ends = (item["start"]["id"], f"genre:{item['end']['id']}")
            share = item["properties"].get("share")
            known = strongest.get(ends)
            strongest[ends] = max(
                (s for s in (known, share) if s is not None), default=None
            )
    found = {
        (a, b): edge["share"]
        for a, b, edge in view.edges(data=True)
        if edge["kind"] == "HAS_GENRE"
    }
    assert found == strongest


def test_genres_carry_the_classes_of_the_recipe(store):
    view = artist_graph(store, recipe=RECIPE.name)
    add_kinds(view, store, genres=True)
    assert view.nodes["genre:blackened death metal"]["classes"] == ("black",)
    assert view.nodes["genre:rock"]["class"] == ""


class OneGenreOfThreeSources:
    """A store that only returns the sources of one genre with votes and shares."""

    def query(self, text, parameters):
        if "HAS_GENRE" not in text:
            return (), [("doom", ["metal"])]
        messages = [
            ["doom", "c", None, None],
            ["doom", "a", 9, 0.9],
            ["doom", "b", 3, 0.3],
        ]
        return (), [("x:1", messages)]


def test_the_larger_share_counts_whichever_source_comes_last():
    view = nx.DiGraph(recipe="r")
    view.add_node("x:1")
    add_kinds(view, OneGenreOfThreeSources(), genres=True)
    edge = view.edges["x:1", "genre:doom"]
    assert (edge["votes"], edge["share"], edge["weight"]) == (9, 0.9, 0.9)
    assert edge["sources"] == ("a", "b", "c")
