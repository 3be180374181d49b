"""`crawl --seed`: a crawl that starts without a recipe and continues with the one it wrote."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.cli import run_command_line
from crawler.crawl.estimate import estimate
from crawler.recipe.from_seeds import SeedOptions, differences, seed_recipe
from crawler.recipe.loader import preset_names, read_recipe
from crawler.recipe.model import CrawlRules, Focus, Order, Recipe, SeedRules
from crawler.sources.registry import http_services
from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.model.genres import ClassRule
from tests.support.processes.program import without_pace

Asking = Callable[..., tuple[int, dict[str, str], str]]


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


@pytest.fixture
def ask(standin, tmp_path, monkeypatch, capsys) -> Asking:
    """Run `crawl`: status, stdout by measure, stderr."""
    monkeypatch.chdir(tmp_path)
    without_pace(tmp_path)
    for name, value in standin.environment.items():
        monkeypatch.setenv(name, value)

    def asking(*arguments: str) -> tuple[int, dict[str, str], str]:
        status = run_command_line(["crawl", *arguments, "--format", "csv"])
        out, err = capsys.readouterr()
        rows = list(csv.reader(io.StringIO(out)))[1:]
        return int(status), {row[0]: row[1] for row in rows}, err

    return asking


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix)


def homonym(standin: Standin) -> str:
    """A name that several artists have, made of one word."""
    names = [artist.name for artist in standin.world.artists.values()]
    return next(n for n in names if names.count(n) > 1 and n.isalpha())


def test_a_crawl_from_a_name_writes_its_recipe_and_the_same_command_continues(
    ask: Asking, standin: Standin, tmp_path: Path
) -> None:
    name = homonym(standin)
    command = ("--seed", name, "--max-hops", "1")
    status, report, err = ask(*command)
    same = [a for a in standin.world.artists.values() if a.name == name]
    best = max(same, key=lambda artist: artist.fans)
    assert status == 0
    # The chosen artist is printed with id and fans, and the number of others.
    assert f'"{name}": {len(same)} artists have this name; took deezer:{best.id}' in err
    assert f"{best.fans:,}" in err
    assert err.startswith("store: ")
    assert f"wrote {name.lower()}.toml" in err
    assert int(report["artists found"]) == 1 + len(best.related)
    assert read_recipe(tmp_path / f"{name.lower()}.toml") == Recipe(
        name.lower(),
        seeds=SeedRules(artists=(name,)),
        crawl=CrawlRules(
            focus=Focus.ANY,
            order=Order.BREADTH_FIRST,
            max_hops=1,
            max_artists=500,
        ),
    )
    before = sum(standin.counts().values())
    for again in (command, ("--seed", name.upper()), (f"{name.lower()}.toml",)):
        assert ask(*again)[:2] == (0, report)
    assert sum(standin.counts().values()) == before
    # Another first look needs a store of its own, and leaves no recipe behind.
    other = f"deezer:{next(iter(standin.world.artists))}"
    status, _, err = ask("--seed", other)
    assert status == 2
    assert f"--store {other.replace(':', '-')}" in err
    assert files(tmp_path) == [f"{name.lower()}.toml"]


def test_an_unknown_seed_leaves_neither_recipe_nor_store(
    ask: Asking, tmp_path: Path
) -> None:
    status, _, err = ask("--seed", "No Such Band")
    assert status == 2
    assert 'no artist named "No Such Band"' in err
    assert files(tmp_path) == []
    assert not (tmp_path / ".genregraph" / "store").exists()


def test_a_source_that_refuses_at_once_leaves_no_recipe(
    ask: Asking, tmp_path: Path
) -> None:
    status, _, err = ask("--seed", "spotify:4tZwfgrHOc3mvqYlEYSvVi")
    assert status == 1
    assert "SPOTIPY_CLIENT_ID" in err
    assert files(tmp_path) == []


def test_a_dry_run_estimates_within_hops_and_artists_and_writes_nothing(
    ask: Asking, standin: Standin, tmp_path: Path
) -> None:
    before = sum(standin.counts().values())
    status, report, err = ask("--seed", "Anybody", "--dry-run")
    assert status == 0
    assert report["requests, at most about"] == "37"
    assert report["max hops"] == "2"
    assert "anybody.toml is not written" in err
    assert files(tmp_path) == []
    assert sum(standin.counts().values()) == before


def test_a_file_with_other_contents_is_kept_and_named(
    ask: Asking, tmp_path: Path
) -> None:
    file = tmp_path / "burial.toml"
    file.write_text('[seeds]\nartists = ["Kode9"]\n[crawl]\nmax_hops = 9\n')
    before = file.read_bytes()
    status, _, err = ask("--seed", "Burial", "--max-hops", "2")
    assert status == 2
    assert "burial.toml is there already and says something else" in err
    assert "it starts from other seeds" in err
    assert "its max_hops is 9, not 2" in err
    assert "genregraph crawl burial.toml" in err
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--seed NAME"),
        (("--max-artists", "5"), "name a RECIPE, or start without one"),
        (("x.toml", "--seed", "y"), "give one of them"),
        (("x.toml", "--max-hops", "2"), "in a recipe it is crawl.max_hops"),
        (("--seed", " "), "a --seed is empty"),
        (("--seed", "a\nb"), "cannot be printed"),
        (("--seed", "deezer:abc"), "Deezer's ids are numbers"),
        (("--seed", "spotify:27"), "Spotify's ids are 22 letters and digits"),
        (("--seed", "musicbrainz:1"), 'the crawl\'s ids are those of "deezer"'),
        (("--seed", "x", "--max-hops", "-1"), "'--max-hops'"),
        (("--seed", "x", "--max-artists", "1000000001"), "1,000,000,000 at most"),
        (("Burial",), '--seed "Burial"'),
    ],
)
def test_contradictory_options_end_with_status_2_and_write_nothing(
    ask: Asking, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    status, report, err = ask(*arguments)
    assert (status, report) == (2, {})
    assert words in err
    assert files(tmp_path) == []


def test_run_refuses_a_recipe_without_classes_before_any_request(
    ask: Asking, standin: Standin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.toml").write_text('[seeds]\nartists = ["deezer:1"]\n')
    before = sum(standin.counts().values())
    assert run_command_line(["run", "own.toml", "out"]) == 2
    assert "no classes: nothing to select and export" in capsys.readouterr().err
    assert sum(standin.counts().values()) == before


def test_a_recipe_with_classes_or_other_ids_is_another_one() -> None:
    options = SeedOptions(("Burial",))
    recipe = Recipe(
        "x", (ClassRule("a", ("a",)),), seeds=SeedRules(("Burial",), by_genre=2)
    )
    ids = "spotify:4tZwfgrHOc3mvqYlEYSvVi", "spotify:4tZwfgrHOc3mvqYlEYSvvi"
    one, other = (SeedOptions((name,), related="spotify") for name in ids)
    assert differences(seed_recipe(one), one) == ()
    assert differences(seed_recipe(one), other)
    assert len(differences(recipe, SeedOptions(("Burial",), related="spotify"))) == 3
    assert "it has classes" in differences(recipe, options)


@pytest.mark.parametrize(
    ("rules", "requests"),
    [
        ({"max_hops": 1}, 1 + 1 + 1),
        ({"max_artists": 10, "max_hops": 3}, 1 + 10 + 7),
        ({"max_artists": 5_000}, 1 + 5_000 + 210),
        ({"max_requests": 4}, 4),
    ],
)
def test_without_classes_the_estimate_is_what_the_limits_allow(
    rules: dict[str, int], requests: int
) -> None:
    recipe = Recipe(
        "x", seeds=SeedRules(("Burial",)), crawl=CrawlRules(Focus.ANY, **rules)
    )
    rows = dict(estimate(recipe, tuple(http_services().values())))
    assert rows["requests, at most about"] == requests


def test_a_playlist_may_be_a_seed_by_its_id_as_find_shows_it(
    ask: Asking, standin: Standin, tmp_path: Path
) -> None:
    playlist = next(iter(standin.world.playlists.values()))
    recipe = tmp_path / "own.toml"
    seeds = f'[seeds]\nplaylists = ["deezer:{playlist.id}"]\n'
    recipe.write_text(f"{seeds}[crawl]\nmax_requests = 1\n", encoding="utf-8")
    status, report, err = ask("own.toml")
    main = {standin.world.tracks[track].artists[0] for track in playlist.tracks}
    assert status == 0
    assert f'playlist "{playlist.title}" (deezer:{playlist.id})' in err
    assert int(report["artists found"]) == len(main)
    recipe.write_text('[seeds]\nplaylists = ["deezer:1"]\n', encoding="utf-8")
    assert (
        'the playlist "deezer:1" cannot be read' in ask("own.toml", "--store", "x")[2]
    )
    recipe.write_text('[seeds]\nplaylists = ["deezer:x"]\n', encoding="utf-8")
    assert "Deezer's ids are numbers" in ask("own.toml")[2]


@pytest.mark.parametrize("preset", preset_names())
def test_a_preset_that_init_wrote_can_be_estimated_at_once(
    ask: Asking, tmp_path: Path, preset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["init", "own.toml", "--preset", preset]) == 0
    capsys.readouterr()
    status, report, _ = ask("own.toml", "--dry-run")
    assert status == 0
    assert report["max artists"] == "20000"
    assert run_command_line(["init", "own.toml"]) == 2
    assert "own.toml is already there" in capsys.readouterr().err
    assert run_command_line(["init", "x.toml", "--preset", f"{preset}x"]) == 2
    assert f'did you mean "{preset}"?' in capsys.readouterr().err
    assert files(tmp_path) == ["own.toml"]
