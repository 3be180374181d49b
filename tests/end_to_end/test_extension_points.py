"""A new service is one folder, and a new label policy is one file.

Each toy is copied into a copy of the program, and nothing else there is changed. Then it
is used as a user would use it, from the recipe to the manifest.
"""

import csv
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from tests.support.processes.program import SMALL_RECIPE, genregraph, without_pace
from tests.support.project import FIXTURES, ROOT
from tests.support.servers.noisebox import CARD, HOST, NAMES, genre_of, noisebox
from tests.support.workspace import error_text

TOYS = FIXTURES / "toys"
POLICY = "strongest-class"

RECIPE = """
[dataset]
name = "toy"
[classes]
metal = "metal"
house = "house"
[seeds]
artists = ["Ana", "noisebox:nia"]
[sources]
related = "noisebox"
genres = "noisebox"
[export]
min_seconds = 1
split = {train = 0.6, test = 0.4}
accept_terms = ["noisebox"]
"""


def copy_of_program(place: Path) -> Path:
    """A copy of the program's packages, in a folder for PYTHONPATH."""
    for package in ("crawler", "graph", "queries"):
        unneeded = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / package, place / package, ignore=unneeded)
    return place


@pytest.fixture(scope="module")
def with_noisebox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with one folder more."""
    place = copy_of_program(tmp_path_factory.mktemp("service"))
    shutil.copytree(TOYS / "noisebox", place / "crawler" / "sources" / "noisebox")
    return place


@pytest.fixture(scope="module")
def with_strongest_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with one Cypher file more."""
    place = copy_of_program(tmp_path_factory.mktemp("policy"))
    shutil.copy(TOYS / f"{POLICY}.cypher", place / "queries" / "policies")
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The user's folder."""
    place = tmp_path / "work"
    place.mkdir()
    return place


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_a_service_is_one_folder(with_noisebox: Path, folder: Path) -> None:
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    with noisebox() as server:
        around = {
            "PYTHONPATH": str(with_noisebox),
            "NOISEBOX_CARD": CARD,
            "http_proxy": f"http://127.0.0.1:{server.server_address[1]}",
        }

        def run(*arguments: str):
            ended = genregraph(*arguments, folder=folder, environment=around)
            assert ended.returncode == 0, ended.stderr
            assert CARD not in ended.stdout + ended.stderr
            return ended

        probed = json.loads(run("probe", "recipe.toml", "--json").stdout)
        found = json.loads(
            run("find", "artist", "Ana", "--source", "noisebox", "--json").stdout
        )
        run("run", "recipe.toml", "dataset")
        assert {host for host, _ in server.requests} == {HOST}

    works = {row["question"] for row in probed if row["works"] == "yes"}
    assert works == {"search", "artist", "related", "genres", "tracks", "previews"}
    assert {row["source"] for row in probed} == {"noisebox"}
    assert [row["id"] for row in found] == ["noisebox:ana"]

    manifest = rows(folder / "dataset" / "manifest.csv")
    assert {row["id"]: row["label"] for row in manifest} == {
        f"noisebox:{name}": genre_of(name).split()[1] for name in NAMES
    }
    first = min(manifest, key=lambda row: row["id"])
    assert first["source"] == "noisebox"
    assert first["url"] == f"http://{HOST}/track/ana"
    card = (folder / "dataset" / "README.md").read_text("utf-8")
    assert "Noisebox lends its clips to listeners with a library card." in card
    assert "Genres are under the terms of noisebox, which counts no votes" in card
    assert CARD not in card


def test_a_service_is_known_to_recipes_settings_and_messages(
    with_noisebox: Path, folder: Path
) -> None:
    around = {"PYTHONPATH": str(with_noisebox)}

    def refused(recipe: str, config: str = "", **environment: str) -> str:
        (folder / "recipe.toml").write_text(recipe, encoding="utf-8")
        (folder / ".genregraph").mkdir(exist_ok=True)
        (folder / ".genregraph" / "config.toml").write_text(config, encoding="utf-8")
        ended = genregraph(
            *("crawl", "recipe.toml"), folder=folder, environment=around | environment
        )
        assert ended.returncode != 0
        return error_text(ended)

    misspelt = RECIPE.replace('genres = "noisebox"', 'genres = "noisebocks"')
    mistakes = refused(misspelt.replace("noisebox:nia", "noisebox:27"))
    assert 'did you mean "noisebox"?' in mistakes
    assert "Noisebox's ids are small letters" in mistakes
    assert "noisebox.wish is unknown" in refused(RECIPE, "[noisebox]\nwish = 1\n")
    address = {"GENREGRAPH_NOISEBOX_URL": "noisebox"}
    assert "GENREGRAPH_NOISEBOX_URL" in refused(RECIPE, "", **address)


def test_a_policy_is_one_file(with_strongest_class: Path, folder: Path) -> None:
    without_pace(folder)
    recipe = f'{SMALL_RECIPE}\n[labels]\npolicy = "{POLICY}"\n'
    (folder / "recipe.toml").write_text(recipe, encoding="utf-8")
    with serve(bundled_world(), limits=False) as standin:
        around = {**standin.environment, "PYTHONPATH": str(with_strongest_class)}
        ended = genregraph(
            "run", "recipe.toml", "dataset", folder=folder, environment=around
        )
        assert ended.returncode == 0, ended.stderr
        others = genregraph(
            *("select", "recipe.toml", "--policy", "strongest"),
            folder=folder,
            environment=around,
        )
    assert others.returncode == 2
    assert f'did you mean "{POLICY}"?' in others.stderr
    manifest = rows(folder / "dataset" / "manifest.csv")
    assert {row["label_policy"] for row in manifest} == {POLICY}
    labels = Counter(row["label"] for row in manifest)
    assert set(labels) == {"metal", "jazz"}
    card = (folder / "dataset" / "README.md").read_text("utf-8")
    assert f"Policy `{POLICY}`: An artist has the class of its strongest genre" in card
