"""What a crawl prints about itself: why it ended, how to continue, how full the classes are."""

import csv
import io

import pytest

from crawler.cli import run_command_line
from crawler.crawl.engine import Ended
from crawler.recipe.from_seeds import SeedOptions, recipe_text, seed_recipe
from crawler.recipe.loader import recipe_from_text
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from graph.opening import open_store
from tests.support.fake_source import FakeSource
from tests.support.memory_store.store import MemoryStore
from tests.support.processes.program import without_pace
from tests.support.worlds.crawl_worlds import METAL
from tests.support.worlds.worlds import recipe, run


def test_only_a_crawl_that_max_hops_ended_reports_max_hops():
    near = recipe(max_hops=1)
    assert run(FakeSource(METAL), MemoryStore(), near).ended is Ended.HOPS
    far = recipe(max_hops=9)
    assert run(FakeSource(METAL), MemoryStore(), far).ended is Ended.NOTHING_LEFT


def test_the_comment_of_a_written_recipe_names_the_store():
    options = SeedOptions(("Burial",), max_hops=2, store="my graphs/two")
    text = recipe_text(seed_recipe(options), options)
    first, second = text.splitlines()[:2]
    assert "--seed Burial --max-hops 2 --store 'my graphs/two'`" in first
    assert "`genregraph crawl burial.toml --store 'my graphs/two'`" in second
    options = SeedOptions(("Burial",), store="a\n[crawl")
    broken = recipe_text(seed_recipe(options), options)
    assert "--store" not in broken
    assert recipe_from_text(broken, "x.toml").name == "burial"


@pytest.fixture
def crawl(tmp_path, monkeypatch, capsys):
    """Run `crawl` against the bundled world: status, stdout by measure, stderr."""
    monkeypatch.chdir(tmp_path)
    without_pace(tmp_path)
    with serve(bundled_world(), limits=False) as standin:
        for name, value in standin.environment.items():
            monkeypatch.setenv(name, value)

        def crawling(*arguments):
            status = run_command_line(["crawl", *arguments, "--format", "csv"])
            out, err = capsys.readouterr()
            return int(status), dict(csv.reader(io.StringIO(out))), err

        yield crawling


def test_a_first_look_names_the_line_to_raise_and_the_store_it_is_in(crawl, tmp_path):
    seed = f"deezer:{next(iter(bundled_world().artists))}"
    command = ("--seed", seed, "--store", "two")
    status, _, err = crawl(*command, "--max-hops", "1")
    assert status == 0
    assert "ended: max_hops is reached" in err
    assert "raise `max_hops = 1` under [crawl] of the recipe" in err
    file = next(tmp_path.glob("*.toml"))
    text = file.read_text(encoding="utf-8")
    assert f"`genregraph crawl {file.name} --store two`" in text
    status, _, err = crawl(*command, "--max-hops", "2")
    assert status == 2
    line = next(n for n, t in enumerate(text.splitlines(), 1) if "max_hops =" in t)
    assert f"raise max_hops (line {line}), max_artists (line {line + 1})" in err
    assert f"`genregraph crawl {file.name} --store two`" in err


def test_the_summary_of_a_crawl_shows_how_full_each_class_is(crawl, tmp_path):
    (tmp_path / "small.toml").write_text(
        '[classes]\nmetal = "metal"\n[seeds]\nby_genre = 2\n'
        "[crawl]\nartists_per_class = 3\nround = 5\n",
        encoding="utf-8",
    )
    status, report, err = crawl("small.toml")
    assert status == 0
    full = report["class metal, with preview"]
    assert f"\nartists with a preview: metal {full} of 3\nended: the goal" in err


def test_the_summary_explains_that_seeds_without_a_class_are_not_expanded(
    crawl, tmp_path
):
    world = bundled_world()
    metal = next(a.id for a in world.artists.values() if a.genres)
    (tmp_path / "small.toml").write_text(
        f'[classes]\nnobody = "=no such genre"\n[seeds]\nartists = ["deezer:{metal}"]\n',
        encoding="utf-8",
    )
    status, report, err = crawl("small.toml")
    assert (status, report["artists expanded"]) == (0, "0")
    assert 'no seed carries a class, so none was expanded (focus = "class")' in err


def test_artists_known_from_credits_only_are_counted_beside_those_found(
    crawl, tmp_path
):
    (tmp_path / "small.toml").write_text(
        '[classes]\nmetal = "metal"\n[seeds]\nby_genre = 3\n'
        "[crawl]\nartists_per_class = 6\nround = 2\n",
        encoding="utf-8",
    )
    _, report, err = crawl("small.toml")
    assert "no seed carries" not in err
    place = tmp_path / ".genregraph" / "store"
    with open_store(place) as store:
        nodes = [item for item in store.items() if "Artist" in item.get("labels", ())]
    found = sum("depth" in node["properties"] for node in nodes)
    assert int(report["artists found"]) == found
    assert int(report["more artists, credited on tracks"]) == len(nodes) - found > 0
