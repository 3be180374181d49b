"""`find` and `show --albums --tracks --related`: requests to a source without a recipe."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from crawler.cli import run_command_line
from crawler.crawl.seeds import find_seeds
from crawler.recipe.model import Recipe, SeedRules
from crawler.sources.base import Answer, Capability, Source
from crawler.sources.ranking import best_artists, best_playlists, homonyms
from crawler.sources.roles import SourceRoles
from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.model.music import Artist, ArtistId, Playlist, PlaylistId
from tests.support.fakes import RecordingProgress
from tests.support.servers.faulty_source import FaultySource, answer

Asking = Callable[..., tuple[int, str, str]]
UNKNOWN = {"error": {"type": "DataException", "message": "no data", "code": 800}}


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


@pytest.fixture
def ask(standin, tmp_path, monkeypatch, capsys) -> Asking:
    """Runs a command line in an empty folder, which must stay empty."""
    monkeypatch.chdir(tmp_path)
    for name, value in standin.environment.items():
        monkeypatch.setenv(name, value)

    def asking(*arguments: str) -> tuple[int, str, str]:
        status = run_command_line(arguments)
        assert list(tmp_path.iterdir()) == []
        return int(status), *capsys.readouterr()

    return asking


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def a_homonym(standin: Standin) -> str:
    names = [artist.name for artist in standin.world.artists.values()]
    return next(name for name in names if names.count(name) > 1)


def test_find_artist_prints_id_fans_and_page_most_fans_first_among_equal_names(
    ask: Asking, standin: Standin
) -> None:
    name = a_homonym(standin)
    status, out, err = ask("find", "artist", name.upper())
    found = rows(out)
    same = [a for a in standin.world.artists.values() if a.name == name]
    best = max(same, key=lambda artist: artist.fans)
    assert status == 0
    assert found[0]["id"] == f"deezer:{best.id}"
    assert found[0]["fans"] == str(best.fans)
    assert found[0]["url"].endswith(f"/artist/{best.id}")
    assert f"{len(same)} artists have exactly the name" in err


def test_find_playlist_prints_the_playlists_of_a_word_with_their_track_counts(
    ask: Asking, standin: Standin
) -> None:
    status, out, err = ask("find", "playlist", "metal", "--json")
    found = {row["id"]: row for row in json.loads(out)}
    wanted = {
        f"deezer:{one.id}": (one.title, len(one.tracks))
        for one in standin.world.playlists.values()
        if "metal" in one.title.lower().split()
    }
    assert (status, err) == (0, "")
    assert {key: (r["name"], r["tracks"]) for key, r in found.items()} == wanted
    assert wanted
    assert all(
        r["url"] == f"https://www.deezer.com/playlist/{key.removeprefix('deezer:')}"
        for key, r in found.items()
    )


@pytest.mark.parametrize("kind", ["artist", "playlist"])
def test_finding_nothing_prints_a_note_and_succeeds(ask: Asking, kind: str) -> None:
    status, out, err = ask("find", kind, "zzz qqq", "--format", "json")
    assert (status, json.loads(out)) == (0, [])
    assert f'deezer finds no {kind} for "zzz qqq"' in err


def test_a_partial_name_is_noted_as_not_exact(ask: Asking, standin: Standin) -> None:
    names = {artist.name for artist in standin.world.artists.values()}
    word = next(n.split()[0] for n in sorted(names) if n.split()[0] not in names)
    _, out, err = ask("find", "artist", word)
    assert rows(out)
    assert f'no artist whose name is exactly "{word}"' in err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("find",), 2, "missing command"),
        (("find", "artst", "x"), 2, "Did you mean 'artist'?"),
        (("find", "artist"), 2, "missing argument 'TEXT'"),
        (("find", "artist", " "), 2, "the text to search for is empty"),
        (("find", "artist", "x\x1by"), 2, "not printable"),
        (("find", "artist", "x", "--source", "dezer"), 2, 'did you mean "deezer"?'),
        (("find", "artist", "x", "--source", "musicbrainz"), 1, "cannot find artists"),
        (("find", "playlist", "x", "--source", "musicbrainz"), 1, '"deezer"'),
        (("show", "27", "--albums"), 2, "does not name its source"),
        (("show", "deezer:", "--albums"), 2, "does not name its source"),
        (("show", "dezer:27", "--albums"), 2, 'did you mean "deezer"?'),
        (("show", "deezer:x", "--related"), 1, 'deezer has no artist "deezer:x"'),
        (("show", "deezer:999999999", "--tracks"), 1, "find artist NAME"),
        (("show", "musicbrainz:1", "--albums"), 1, "cannot list an artist's releases"),
        (
            ("show", "musicbrainz:1", "--albums", "--tracks"),
            1,
            "cannot list an artist's tracks",
        ),
        (("show", "deezer:27", "--albums", "--why"), 2, "one after the other"),
        (("show", "deezer:27", "--tracks", "--as", "track"), 2, "one after the other"),
    ],
)
def test_an_impossible_lookup_is_an_error_without_rows(
    ask: Asking, arguments: tuple[str, ...], status: int, words: str
) -> None:
    ended, out, err = ask(*arguments)
    assert (ended, out) == (status, "")
    assert words in err
    assert err.splitlines()[-2].startswith("error: ")


def test_each_part_is_listed_in_the_sources_order_and_no_store_is_made(
    ask: Asking, standin: Standin
) -> None:
    world = standin.world
    artist = max(world.artists.values(), key=lambda a: len(a.related))
    name = f"deezer:{artist.id}"
    _, out, _ = ask("show", name, "--related")
    assert [row["id"] for row in rows(out)] == [f"deezer:{n}" for n in artist.related]
    assert [row["rank"] for row in rows(out)][:2] == ["1", "2"]
    _, out, _ = ask("show", name, "--albums")
    assert {row["id"] for row in rows(out)} == {
        f"deezer:{n}" for n in world.albums_of[artist.id]
    }
    _, out, _ = ask("show", name, "--tracks", "--json")
    (first, *_others) = json.loads(out)
    track = world.tracks_of[artist.id][0]
    assert (first["rank"], first["name"]) == (1, track.title)
    assert first["seconds"] == track.duration
    assert first["artists"].split(", ")[0] == world.artists[track.artists[0]].name


def test_several_parts_are_one_list_in_csv_and_several_tables_on_a_terminal(
    ask: Asking, standin: Standin
) -> None:
    name = f"deezer:{max(standin.world.artists.values(), key=lambda a: a.fans).id}"
    command_line = ("show", name, "--related", "--albums")
    status, out, _ = ask(*command_line, "--format", "csv")
    assert status == 0
    assert out.startswith("what,id,name,kind,release_date,tracks,rank,fans,url\n")
    assert {row["what"] for row in rows(out)} == {"albums", "related"}
    _, out, _ = ask(*command_line, "--format", "table")
    assert out.index("releases:") < out.index("related artists:")


def test_the_available_parts_are_shown_when_another_one_fails(
    monkeypatch, tmp_path: Path, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    album = {"id": 3, "title": "One", "record_type": "ep", "release_date": "2001-02-03"}
    scripts = {
        "/artist/7/albums": [answer({"data": [album]})],
        "/artist/7/related": [answer({"data": "gone"})],
    }
    with FaultySource([answer(UNKNOWN)], acts_by_path=scripts) as server:
        monkeypatch.setenv("GENREGRAPH_DEEZER_URL", server.url)
        status = run_command_line(["show", "deezer:7", "--albums", "--related"])
    out, err = capsys.readouterr()
    assert int(status) == 1
    (row,) = rows(out)
    assert (row["id"], row["kind"], row["release_date"]) == (
        "deezer:3",
        "ep",
        "2001-02-03",
    )
    assert "error: deezer: " in err


def test_an_artist_without_releases_prints_a_note(
    monkeypatch, tmp_path: Path, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    with FaultySource([answer({"data": []})]) as server:
        monkeypatch.setenv("GENREGRAPH_DEEZER_URL", server.url)
        assert run_command_line(["show", "deezer:7", "--albums"]) == 0
    out, err = capsys.readouterr()
    assert out == "id,name,kind,release_date,tracks\n"
    assert "deezer lists no releases of deezer:7" in err


def an_artist(number: int, name: str, fans: int | None) -> Artist:
    return Artist(ArtistId(f"deezer:{number}"), name, "deezer", followers=fans)


def test_artists_are_ranked_by_exact_name_then_fans_then_the_services_order() -> None:
    found = [
        an_artist(1, "Burial Hex", 900),
        an_artist(2, "burial", None),
        an_artist(3, "Burial", 500),
        an_artist(4, "After the Burial", 900),
    ]
    ordered = best_artists(found, "Burial")
    assert [a.id for a in ordered] == ["deezer:3", "deezer:2", "deezer:1", "deezer:4"]
    assert [a.id for a in homonyms(found, "BURIAL")] == ["deezer:3", "deezer:2"]


def test_the_playlist_of_exactly_that_name_comes_first() -> None:
    found = [Playlist(PlaylistId(f"deezer:{n}"), n) for n in ("rock 90s", "Rock", "r")]
    assert [p.name for p in best_playlists(found, "rock")] == ["Rock", "rock 90s", "r"]


class NoFans(Source):
    """A source without numbers of fans, as Spotify is for new apps."""

    name = "quiet"
    capabilities: ClassVar = {Capability.SEARCH: 1}

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:
        return Answer(
            (an_artist(9, "Vebel", None), an_artist(3, "Vebel", None)), {"quiet": 1}
        )


def test_the_first_of_equal_names_without_fans_becomes_the_seed_with_a_note() -> None:
    progress = RecordingProgress()
    source = NoFans()
    roles = SourceRoles(source, (source,), source)
    recipe = Recipe("x", seeds=SeedRules(("Vebel",)))
    seeds = find_seeds(recipe.seeds, recipe, roles, number=0, progress=progress)
    assert seeds.changes.seeds == ("deezer:9",)
    (said,) = progress.said
    assert "2 artists have this name; took deezer:9, the first one that quiet" in said
