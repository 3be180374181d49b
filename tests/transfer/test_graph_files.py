"""Files of the artist graph, read back by the programs that they are for."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pandas as pd
import pytest

from graph.errors import BadGraphFileError
from queries.files.graph_file import SUFFIXES, GraphFile

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
NASTY = {
    "x:1": "plain",
    "x:2": "quo\"ted, <b>&amp;</b>; it's",
    "x:3": "Ünïcødé 🎸 \U0001f468\u200d\U0001f3a4 人間椅子",
    "x:4": "two\nlines\tand a tab",
    "x:5": "bell\x07 and \x00 and \ufffe and \x1b[31m",
    "x:6": "old\r\nWindows\rMac",
    "x:7": " spaces ",
    "x:8": "=1+1",
    "x:9": "]]>",
}
# What neither XML nor a table can hold as it is.
WRITTEN = NASTY | {
    "x:5": "bell\ufffd and \ufffd and \ufffd and \ufffd[31m",
    "x:6": "old\nWindows\nMac",
}


def artist(label, **known):
    nothing = dict.fromkeys(("depth", "popularity", "followers", "url", "mbid"))
    plain = {"class": "", "classes": (), "genres": (), "expanded": False}
    return (
        plain | nothing | {"label": label, "kind": "artist", "source": "deezer"} | known
    )


def related(rank, weight, **known):
    return {
        "kind": "RELATED_TO",
        "rank": rank,
        "score": None,
        "weight": weight,
        "sources": ("deezer",),
        "first_seen_at": AT,
        "last_seen_at": LATER,
    } | known


@pytest.fixture
def graph():
    made = nx.DiGraph(class_names=("metal", "jazz"), recipe="r", selected=False)
    for id_, label in NASTY.items():
        made.add_node(id_, **artist(label))
    made.nodes["x:1"].update(
        {"class": "metal", "classes": ("metal",), "genres": ("doom", "black metal")},
        expanded=True,
        depth=0,
        followers=1000,
        popularity=7,
        url="https://x.invalid/1?a=b&c=d",
        mbid="m-1",
    )
    made.nodes["x:2"].update({"class": "jazz", "classes": ("jazz", "metal")})
    made.add_edge("x:1", "x:2", **related(1, 1.0))
    made.add_edge("x:2", "x:1", **related(4, 0.25))
    made.add_edge("x:1", "x:3", **related(2, 1, score=1, sources=("a", "b")))
    made.add_edge("x:3", "x:4", **related(1, 0.5, score=0.5))
    return made


def written(graph, place, *, times=True, kinds=("artist",)):
    target = GraphFile(place, kinds, times=times)
    with target.opened() as parts:
        target.write(parts, graph)
    return place


def labels(read):
    return dict(read.nodes(data="label"))


def test_graphml_read_by_networkx_is_the_same_graph(graph, tmp_path):
    read = nx.read_graphml(written(graph, tmp_path / "g.graphml"))
    assert read.is_directed()
    assert labels(read) == WRITTEN
    assert set(read.edges) == set(graph.edges)
    assert read.nodes["x:1"] == {
        "label": "plain",
        "kind": "artist",
        "class": "metal",
        "classes": "metal",
        "genres": "doom; black metal",
        "expanded": True,
        "depth": 0,
        "followers": 1000,
        "popularity": 7,
        "sources": "deezer",
        "url": "https://x.invalid/1?a=b&c=d",
        "mbid": "m-1",
    }
    assert read.nodes["x:9"].keys() == {"label", "kind", "expanded", "sources"}
    assert read.nodes["x:9"]["expanded"] is False
    assert read.edges["x:3", "x:4"] == {
        "kind": "RELATED_TO",
        "weight": 0.5,
        "rank": 1,
        "score": 0.5,
        "sources": "deezer",
        "first_seen_at": "2026-11-24T12:00:00.000000Z",
        "last_seen_at": "2026-11-25T08:30:00.000000Z",
    }
    assert read.edges["x:1", "x:3"]["sources"] == "a; b"
    assert "score" not in read.edges["x:1", "x:2"]


def test_a_graphml_key_has_one_type_and_an_id_that_no_program_reserves(graph, tmp_path):
    root = ET.parse(written(graph, tmp_path / "g.graphml")).getroot()
    keys = [key.attrib for key in root if key.tag.endswith("key")]
    assert len({(key["for"], key["attr.name"]) for key in keys}) == len(keys)
    assert len({key["id"] for key in keys}) == len(keys)
    types = {key["id"]: key["attr.type"] for key in keys}
    assert types["edge-score"] == types["edge-weight"] == "double"
    assert types["node-followers"] == types["edge-rank"] == "long"
    assert not any(id_.startswith("d") for id_ in types)
    data = root.iterfind(".//{*}node/{*}data[@key='node-expanded']")
    assert [one.text for one in data] == ["true"] + ["false"] * 8


def test_gexf_read_by_networkx_is_the_same_graph_with_a_picture(graph, tmp_path):
    read = nx.read_gexf(written(graph, tmp_path / "g.gexf"))
    assert read.is_directed()
    assert labels(read) == WRITTEN
    assert set(read.edges) == set(graph.edges)
    one, nine = read.nodes["x:1"], read.nodes["x:9"]
    assert (one["genres"], one["expanded"], one["depth"]) == (
        "doom; black metal",
        True,
        0,
    )
    assert nine.keys() == {"label", "kind", "expanded", "sources", "viz"}
    edge = read.edges["x:3", "x:4"]
    assert (edge["weight"], edge["rank"], edge["score"]) == (0.5, 1, 0.5)
    assert edge["last_seen_at"] == "2026-11-25T08:30:00.000000Z"
    places = {
        (n["viz"]["position"]["x"], n["viz"]["position"]["y"])
        for _, n in read.nodes(data=True)
    }
    assert len(places) == len(read)
    colours = [tuple(n["viz"]["color"][c] for c in "rgb") for n in read.nodes.values()]
    assert len(set(colours)) == 3  # metal, jazz, neither
    assert one["viz"]["size"] > nine["viz"]["size"] > 0


def test_csv_has_gephis_columns_and_pandas_reads_the_same_graph(graph, tmp_path):
    folder = written(graph, tmp_path / "g.csv")
    assert sorted(file.name for file in folder.iterdir()) == ["edges.csv", "nodes.csv"]
    nodes = pd.read_csv(folder / "nodes.csv").set_index("Id")
    edges = pd.read_csv(folder / "edges.csv")
    assert list(nodes)[:2] == ["Label", "kind"]
    # Gephi treats a table with a column of one of these names as a table of edges.
    assert not {"source", "target"} & {name.lower() for name in nodes}
    assert list(edges)[:5] == ["Source", "Target", "Type", "kind", "Weight"]
    assert set(edges["Type"]) == {"Directed"}
    expected = NASTY | {"x:6": WRITTEN["x:6"]}
    assert nodes["Label"].to_dict() == expected
    assert set(zip(edges["Source"], edges["Target"], strict=True)) == set(graph.edges)
    assert edges["Weight"].tolist() == [1.0, 1.0, 0.25, 0.5]
    assert nodes["expanded"].dtype == bool
    assert nodes.loc["x:1", "followers"] == 1000
    assert nodes.loc["x:9"].dropna().keys().tolist() == [
        "Label",
        "kind",
        "expanded",
        "sources",
    ]
    assert edges["last_seen_at"][0] == "2026-11-25T08:30:00.000000Z"
    text = (folder / "nodes.csv").read_bytes()
    assert b"None" not in text
    assert b"\r" not in text


def test_parquet_has_a_type_per_column_and_networkx_reads_its_edges(graph, tmp_path):
    folder = written(graph, tmp_path / "g.parquet")
    nodes = pd.read_parquet(folder / "nodes.parquet", dtype_backend="pyarrow")
    edges = pd.read_parquet(folder / "edges.parquet")
    types = nodes.dtypes.astype(str).to_dict()
    assert types["followers"] == "int64[pyarrow]"
    assert types["expanded"] == "bool[pyarrow]"
    # An empty column has a type, too.
    assert types["url"] == types["genres"] == "string[pyarrow]"
    read = nx.from_pandas_edgelist(edges, edge_attr=True, create_using=nx.DiGraph)
    assert set(read.edges) == set(graph.edges)
    assert read.edges["x:2", "x:1"]["weight"] == 0.25
    assert dict(zip(nodes["id"], nodes["label"], strict=True)) == NASTY | {
        "x:6": WRITTEN["x:6"]
    }
    assert nodes.set_index("id")["followers"].isna().sum() == len(graph) - 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_graphs_have_equal_files_and_no_times_omits_times(
    graph, tmp_path, suffix
):
    first, second = (
        written(graph, tmp_path / f"{name}{suffix}", times=False) for name in "ab"
    )
    later = graph.copy()
    for *_, edge in later.edges(data=True):
        edge["last_seen_at"] = LATER.replace(year=2027)
    third = written(later, tmp_path / f"c{suffix}", times=False)
    assert contents(first) == contents(second) == contents(third)
    assert not any(b"seen_at" in content for content in contents(third))


def contents(place: Path) -> list[bytes]:
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    return [file.read_bytes() for file in files]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_appears_when_it_is_complete(graph, tmp_path, suffix):
    place = written(graph, tmp_path / f"g{suffix}")
    before = contents(place)
    broken = graph.copy()
    del broken.nodes["x:1"]["label"]
    broken.nodes["x:9"]["depth"] = "deep"  # no number: writing fails half-way
    for target in (place, tmp_path / f"new{suffix}"):
        with pytest.raises(ValueError, match="deep"):
            written(broken, target)
    assert contents(place) == before
    assert [file.name for file in tmp_path.iterdir()] == [place.name]


def test_other_files_of_a_folder_are_kept_and_a_file_is_not_replaced_by_a_folder(
    graph, tmp_path
):
    folder = written(graph, tmp_path / "g.csv")
    (folder / "notes.txt").write_text("mine")
    written(graph, folder)
    assert (folder / "notes.txt").read_text() == "mine"
    (tmp_path / "h.csv").write_text("mine")
    with pytest.raises(BadGraphFileError, match="is a file, and a folder"):
        written(graph, tmp_path / "h.csv")
    assert (tmp_path / "h.csv").read_text() == "mine"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_system_error_gives_a_short_error(graph, tmp_path, suffix):
    place = tmp_path / "nowhere" / f"g{suffix}"
    with pytest.raises(BadGraphFileError, match="cannot be written: no such") as caught:
        written(graph, place)
    assert caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
def test_a_full_disk_gives_a_short_error(graph, tmp_path):
    (tmp_path / "g.graphml.part").symlink_to("/dev/full")
    with pytest.raises(BadGraphFileError, match="cannot be written: no space left"):
        written(graph, tmp_path / "g.graphml")
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_the_error_names_the_extra_and_nothing_is_created(tmp_path):
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path\n"
        "from queries.files.graph_file import GraphFile\n"
        "from queries.errors import NoParquetError\n"
        "try:\n"
        "    GraphFile(Path('g.parquet')).opened().__enter__()\n"
        "except NoParquetError as error:\n"
        "    print(error, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert '`pip install ".[parquet]"`' in done.stdout
    assert list(tmp_path.iterdir()) == []
