"""`classes check`: which genres the classes of a recipe include, share and leave out."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.cli import run_command_line
from crawler.recipe.model import LabelRules
from crawler.selection.class_check import ClassReport, carried_genres, check_classes
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from graph.model.genres import ClassRule
from graph.model.music import ArtistId, HasGenre
from graph.opening import StoreSettings, open_configured_store
from tests.support.processes.program import without_pace
from tests.support.worlds.made_graph import AT, fill, made_world

RULES = (
    ClassRule("death", ("death metal", "slam")),
    ClassRule("melodeath", ("melodic death metal",)),
    ClassRule("black", ("black metal", "!blackened", "!=war metal")),
    ClassRule("pop", ("pop",)),
    ClassRule("rock", ("rock", "polca")),
    ClassRule("lost", ("death",)),
)
GENRES = (
    "death metal",
    "melodic death metal",
    "brutal death metal",
    "black metal",
    "blackened black metal",
    "pop rock",
    "polka",
    "synth pop",
)
RECIPE = """
[dataset]
name = "metal"
[classes]
melodeath = "melodic death metal"
death = ["death metal", "slam"]
black = ["black metal", "=blackened death metal"]
thrash = ["thrash", "speed metal"]
"doom & sludge" = ["doom", "sludge"]
nobody = "polka"
[seeds]
artists = ["deezer:1"]
"""


def artists(**genres: tuple[str, ...]) -> dict[ArtistId, frozenset[str]]:
    return {ArtistId(name): frozenset(own) for name, own in genres.items()}


def found(rows: object) -> list[str]:
    assert isinstance(rows, tuple)
    return [row[1] for row in rows]


@pytest.fixture
def checked() -> ClassReport:
    carried = artists(
        a=("death metal", "brutal death metal"),
        b=("brutal death metal", "synth pop"),
        c=("pop rock",),
        d=("polka",),
        e=("polka", "black metal"),
    )
    return check_classes(RULES, GENRES, carried)


def test_each_class_has_its_genres_the_commonest_first_and_its_artists(
    checked: ClassReport,
) -> None:
    rows = {row[1]: row[2:] for row in checked.classes}
    assert rows["death"] == (2, 2, "brutal death metal, death metal")
    assert rows["pop"] == (2, 2, "pop rock, synth pop")
    assert rows["black"] == (1, 1, "black metal")
    assert [row[1:] for row in checked.takes][:2] == [
        ("brutal death metal", None, 2, 'in "death"'),
        ("death metal", None, 1, 'in "death"'),
    ]


def test_a_class_without_a_genre_is_named_with_what_it_loses_to_longer_patterns(
    checked: ClassReport,
) -> None:
    assert checked.empty == ("lost",)
    (row,) = [row for row in checked.classes if row[1] == "lost"]
    assert row[2:] == (0, 0, "takes no genre: all 3 it fits go to longer patterns")


def test_a_tie_is_an_overlap_and_a_longer_pattern_moves_a_genre(
    checked: ClassReport,
) -> None:
    assert [row[1:] for row in checked.overlaps] == [
        ("pop rock", None, 1, 'in "pop" by "pop" and in "rock" by "rock"')
    ]
    notes = {row[1]: row[4] for row in checked.moved}
    assert set(notes) == {"death metal", "brutal death metal", "melodic death metal"}
    assert notes["melodic death metal"] == (
        'in "melodeath" by "melodic death metal", '
        'more specific than that of "death", "lost"'
    )


def test_genres_of_no_class_are_listed_with_how_many_artists_carry_them(
    checked: ClassReport,
) -> None:
    assert [(row[1], row[3]) for row in checked.no_class] == [
        ("polka", 2),
        ("blackened black metal", 0),
    ]


def test_classes_that_artists_carry_together_are_counted_in_pairs(
    checked: ClassReport,
) -> None:
    assert [(row[1], row[3]) for row in checked.both] == [
        ('"death" and "pop"', 1),
        ('"pop" and "rock"', 1),
    ]


def test_patterns_without_a_match_are_named_with_the_genre_they_may_have_meant(
    checked: ClassReport,
) -> None:
    assert [(row[1], row[4]) for row in checked.patterns] == [
        ("slam", 'of "death": fits no genre'),
        ("polca", 'of "rock": fits no genre; did you mean "polka"?'),
        ("!=war metal", 'of "black": leaves nothing out'),
    ]


def test_without_a_graph_the_numbers_of_artists_are_unknown() -> None:
    check = check_classes(RULES, GENRES)
    assert {row[3] for row in (*check.classes, *check.no_class)} == {None}
    assert check.both == ()
    # The plainest names first: they describe best what a class takes.
    assert check.classes[0][4] == "death metal, brutal death metal"


def test_only_genres_with_enough_votes_and_share_count() -> None:
    one, two = ArtistId("deezer:1"), ArtistId("deezer:2")
    edges = (
        HasGenre(one, "pop", "x", 3, 1.0),
        HasGenre(one, "rock", "x", 0, 0.9),
        HasGenre(one, "jazz", "x", 9, 0.1),
        HasGenre(two, "rock", "y"),
    )
    assert carried_genres(edges, LabelRules(min_votes=1, min_share=0.15)) == {
        one: frozenset({"pop"}),
        two: frozenset({"rock"}),
    }


Asking = Callable[..., tuple[int, list[dict[str, str]], str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("classes")
    without_pace(folder)
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    settings = StoreSettings(None, None, None, None, folder / "store")
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        fill(store, made_world(120))
        yield folder


@pytest.fixture
def ask(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Asking:
    monkeypatch.chdir(folder)

    def asking(*arguments: str) -> tuple[int, list[dict[str, str]], str]:
        status = run_command_line([*arguments, "--format", "csv"])
        out, err = capsys.readouterr()
        return int(status), list(csv.DictReader(io.StringIO(out))), err

    return asking


def test_on_a_graph_the_counts_are_those_of_the_shipped_queries(ask: Asking) -> None:
    command = ("classes", "check", "recipe.toml", "--store", "store", "--limit", "0")
    status, rows, err = ask(*command)
    about = {
        kind: {row["what"]: row["artists"] for row in rows if row["about"] == kind}
        for kind in ("class", "both", "no class")
    }
    assert status == 0
    assert "of the graph, carried by" in err
    assert 'the class "nobody" takes no genre' in err
    _, sizes, _ = ask("query", "run", "class_sizes", "--store", "store")
    assert about["class"] == {row["class"]: row["artists"] for row in sizes}
    _, pairs, _ = ask("query", "run", "class_overlap", "--store", "store")
    assert about["both"] == {
        f'"{row["class"]}" and "{row["other"]}"': row["artists"] for row in pairs
    }
    unmapped = ("query", "run", "unmapped_genres", "-p", "limit=999")
    _, others, _ = ask(*unmapped, "--store", "store")
    counted = {genre: n for genre, n in about["no class"].items() if n != "0"}
    assert counted == {row["genre"]: row["artists"] for row in others}
    assert counted


def test_rows_beyond_the_limit_are_counted_on_stderr(ask: Asking) -> None:
    command = ("classes", "check", "recipe.toml", "--store", "store")
    _, rows, err = ask(*command, "--limit", "1", "--genres")
    kinds = [row["about"] for row in rows]
    assert kinds.count("class") == 6
    assert kinds.count("takes") > 6
    assert kinds.count("both") == 1
    assert "more rows of 'both': --limit 0 shows all" in err


def test_without_a_graph_the_genres_are_requested_from_the_service_and_no_store_is_made(
    ask: Asking, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(bundled_world(), limits=False) as standin:
        for name, value in standin.environment.items():
            monkeypatch.setenv(name, value)
        status, rows, err = ask("classes", "check", "recipe.toml")
        requests = sum(standin.counts().values())
        _, requested, _ = ask("classes", "check", "recipe.toml", "--ask")
    assert (status, requests) == (0, 1)
    assert "that musicbrainz knows" in err
    assert requested == rows
    (rest,) = [row for row in rows if row["about"] == "no class"]
    assert int(rest["genres"]) > 0
    assert sorted(path.name for path in folder.iterdir() if path.name[0] != ".") == [
        "recipe.toml",
        "store",
    ]
    assert not (folder / ".genregraph" / "store").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("classes", "chek"), "Did you mean 'check'?"),
        (("classes", "check"), "missing argument 'RECIPE'"),
        (("classes", "check", "gone.toml"), "there is no recipe gone.toml"),
        (("classes", "check", "none.toml"), "none.toml has no classes to check"),
        (("classes", "check", "recipe.toml", "--limit", "-1"), "'--limit'"),
    ],
)
def test_a_check_that_cannot_be_made_is_status_2(
    ask: Asking, folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    (folder / "none.toml").write_text('[seeds]\nartists = ["deezer:1"]\n')
    status, rows, err = ask(*arguments)
    (folder / "none.toml").unlink()
    assert (status, rows) == (2, [])
    assert words in err
