"""`graph copy` and `store upgrade` as commands, also when they are killed (SIGKILL)."""

import subprocess

from graph.model.schema import VERSION
from graph.opening import StoreSettings, connected, open_configured_store
from tests.conftest import NOW
from tests.support.processes.program import command, genregraph

ARTISTS = 6_000


def made(folder):
    """A store of `ARTISTS` artists, each of whom lists two others."""
    settings = StoreSettings(None, None, None, None, folder)
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        assert store.load(items()) == 3 * ARTISTS
    return folder


def items():
    ids = [f"x:{number}" for number in range(ARTISTS)]
    for key in ids:
        yield {
            "type": "node",
            "id": key,
            "labels": ["Artist"],
            "properties": {"id": key, "name": f"Artist {key}"},
        }
    for place, key in enumerate(ids):
        for step in (1, 2):
            yield {
                "type": "relationship",
                "label": "RELATED_TO",
                "start": {"id": key, "labels": ["Artist"]},
                "end": {"id": ids[place - step], "labels": ["Artist"]},
                "properties": {"source": "x", "rank": step},
            }


def killed_after_a_page(*arguments, folder):
    """Start the program, and kill it (SIGKILL) after it has reported a copied page."""
    with subprocess.Popen(
        command(*arguments), cwd=folder, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if line.startswith("copied"))
        process.kill()
    return said


def test_a_killed_copy_continues_and_blocks_the_store_until_it_is_complete(tmp_path):
    made(tmp_path / "one")
    said = killed_after_a_page("graph", "copy", "one", "two", folder=tmp_path)
    assert f"of {3 * ARTISTS:,}" in said

    done = genregraph("status", "--store", "two", folder=tmp_path)
    assert done.returncode == 1
    assert "a copy from one (embedded) into two (embedded) is not finished" in (
        done.stderr
    )

    done = genregraph("graph", "copy", "one", "two", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "continuing after" in done.stderr
    assert "6,000 nodes, 12,000 relations are in two (embedded), content equal" in (
        done.stderr
    )
    for name in ("one", "two"):
        file = f"{name}.jsonl"
        genregraph("graph", "export", file, "--store", name, folder=tmp_path)
    assert (tmp_path / "one.jsonl").read_bytes() == (
        tmp_path / "two.jsonl"
    ).read_bytes()


def test_an_impossible_copy_is_refused_and_creates_nothing(tmp_path):
    for arguments, status, words in (
        (("none", "two"), 1, "there is no store at none"),
        (("one", "./one"), 2, "FROM and TO are the same store"),
        (
            ("bolt://127.0.0.1:1", "two", "--from-password-env", "NOT_SET"),
            2,
            "the variable NOT_SET of --from-password-env is not set",
        ),
        (("one", "two", "--from-username", "me"), 2, "one is a folder"),
        (("bolt://127.0.0.1:1", "two"), 69, "does not answer"),
    ):
        done = genregraph("graph", "copy", *arguments, folder=tmp_path)
        assert (done.returncode, words in done.stderr) == (status, True), done.stderr
    assert list(tmp_path.iterdir()) == []


def made_older(folder):
    """Create a store, and turn it back into one of the first version."""
    settings = StoreSettings(None, None, None, None, folder)
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        store.load(list(items())[:10])
    with connected(settings) as bolt:
        bolt.alter(
            [
                "MATCH (s:Schema) SET s.version = 1, s.program = '0.0.1'",
                "DROP CONSTRAINT work_item_id IF EXISTS",
            ]
        )


def constraints(folder):
    settings = StoreSettings(None, None, None, None, folder)
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        assert store.about()["schema"] == VERSION
        assert store.about()["made_by"] != "0.0.1"
        return {name for (name,) in store.query("SHOW CONSTRAINTS YIELD name")[1]}


def test_an_older_store_is_backed_up_and_upgraded_once(tmp_path):
    made_older(tmp_path / "old")
    done = genregraph("store", "check", "--store", "old", folder=tmp_path)
    assert done.returncode == 1
    assert "Run `genregraph store upgrade` first." in done.stderr

    done = genregraph("store", "upgrade", "--store", "old", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"from schema 1 to {VERSION}: constraints are added" in done.stderr
    backup = tmp_path / "old-schema-1.jsonl"
    assert len(backup.read_text().splitlines()) == 10
    assert "work_item_id" in constraints(tmp_path / "old")

    done = genregraph("store", "upgrade", "--store", "old", folder=tmp_path)
    assert done.returncode == 0
    assert "there is nothing to do" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old", backup.name]
