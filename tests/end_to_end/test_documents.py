"""The documents: their commands run as they are written, and their tables are true.

A comment before each block of commands states how it is tested: `run` and `run: look`
run it in an empty folder, `run: graph` in a folder with the demo's graph, `run: source`
without a graph, and `not run: WHY` leaves it alone.
"""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.cli.commands import COMMANDS
from crawler.cli.exit_status import Status
from crawler.config.schema import VARIABLES
from crawler.recipe.loader import recipe_from_text
from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from queries.analysis import ANALYSES
from queries.catalog import browser_queries, disagreements, parse_query, user_queries
from tests.support.processes.program import command, genregraph, without_pace
from tests.support.project import ROOT
from tests.support.worlds.planted_graphs import planted_groups

DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (
        *(ROOT / name for name in ("README.md", "CHANGELOG.md")),
        *sorted((ROOT / ".github").glob("*.md")),
        *sorted((ROOT / "docs").glob("*.md")),
    )
}
README, CONTRIBUTING = DOCUMENTS["README.md"], DOCUMENTS[".github/CONTRIBUTING.md"]
ALL = "\n".join(DOCUMENTS.values())
RUN_OVER_A_GRAPH = sorted(
    name for name, text in DOCUMENTS.items() if "<!-- run: graph -->" in text
)


def marked(text: str, mark: str) -> list[str]:
    """The code blocks that follow a mark such as `<!-- run -->`."""
    pattern = rf"<!-- {re.escape(mark)} -->\n```\w+\n(.*?)```"
    return re.findall(pattern, text, flags=re.DOTALL)


def table(document: str, heading: str = "") -> str:
    """A document from a heading to the next one, or to its end."""
    text = DOCUMENTS[document]
    return text.split(f"## {heading}\n")[1].split("\n## ")[0] if heading else text


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose default store holds the demo's graph, with its recipe and data set."""
    folder = tmp_path_factory.mktemp("demo")
    ended = genregraph("demo", folder=folder)
    assert ended.returncode == 0, ended.stderr
    made = folder / "genregraph-demo"
    (folder / ".genregraph").mkdir()
    (made / "store").rename(folder / ".genregraph" / "store")
    (made / "recipe.toml").rename(folder / "recipe.toml")
    (made / "dataset").rename(folder / "dataset")
    without_pace(folder)
    return folder


@pytest.fixture(scope="module")
def with_graph(demo: Path) -> Iterator[Path]:
    """The demo's folder. Its store stays open, so that each command starts quickly."""
    with subprocess.Popen(
        command("store", "serve"),
        cwd=demo,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as served:
        try:
            assert served.stdout is not None
            assert served.stdout.readline()
            yield demo
        finally:
            served.terminate()


def run_block(block: str, folder: Path, standin: Standin) -> None:
    """Run a block of commands in a shell, as a reader who typed it there."""
    tools = Path(sys.executable).parent
    done = subprocess.run(
        ["sh", "-eu", "-c", block],
        cwd=folder,
        env={
            **os.environ,
            **standin.environment,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        },
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_first_look_of_the_readme_runs_as_it_is_written(
    tmp_path: Path, standin: Standin
) -> None:
    (block,) = marked(README, "run: look")
    without_pace(tmp_path)
    artist = next(iter(bundled_world().artists.values())).name
    run_block(block.replace("Burial", artist), tmp_path, standin)
    for page in ("scene.html", "report.html"):
        assert artist in (tmp_path / page).read_text(encoding="utf-8")


def test_the_first_crawl_of_the_readme_runs_as_it_is_written(
    tmp_path: Path, standin: Standin
) -> None:
    (recipe,) = marked(README, "file: recipe.toml")
    blocks = marked(README, "run")
    assert len(blocks) == 3
    (tmp_path / "recipe.toml").write_text(recipe, encoding="utf-8")
    without_pace(tmp_path)
    for block in blocks:
        run_block(block, tmp_path, standin)
    clips = list((tmp_path / "dataset").rglob("*.mp3"))
    assert len(clips) > 50
    assert {clip.parent.name for clip in clips} == {"metal", "house"}


@pytest.mark.parametrize("document", RUN_OVER_A_GRAPH)
def test_the_commands_over_a_graph_run_as_they_are_written(
    document: str, with_graph: Path, standin: Standin
) -> None:
    with (with_graph / "dataset" / "manifest.csv").open(encoding="utf-8") as rows:
        (artist, *_) = json.loads(next(csv.DictReader(rows))["artist_ids"])
    for block in marked(DOCUMENTS[document], "run: graph"):
        run_block(block.replace("deezer:119", artist), with_graph, standin)


def test_the_commands_that_need_no_graph_run_as_they_are_written(
    tmp_path: Path, standin: Standin
) -> None:
    artist = next(iter(bundled_world().artists))
    (block,) = marked(ALL, "run: source")
    without_pace(tmp_path)
    run_block(block.replace("deezer:119", f"deezer:{artist}"), tmp_path, standin)
    assert not (tmp_path / ".genregraph" / "store").exists()


def test_the_script_of_the_documents_runs_as_it_is_written(
    with_graph: Path, standin: Standin
) -> None:
    (code,) = marked(ALL, "python")
    script = ROOT / "tests/support/worlds/readme_graph_view.py"
    assert code == script.read_text(encoding="utf-8")
    run_block(f"python - <<'END'\n{code}END\n", with_graph, standin)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_block_of_commands_is_run_or_has_a_reason_why_not(document: str) -> None:
    blocks = re.findall(r"(.*)\n```sh\n(.*?)```", DOCUMENTS[document], re.DOTALL)
    for before, block in blocks:
        mark = before.rstrip("\n").rpartition("\n")[2]
        only_make = all(line.startswith("make ") for line in block.splitlines())
        assert only_make or re.match(r"<!-- (not run: \S.*|run(: \w+)?) -->$", mark)


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:^|`)make (\w+)\b", ALL, re.MULTILINE)))
)
def test_each_make_target_of_the_documents_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_contributors_page_explains_each_make_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^# make (\w+)", makefile, re.MULTILINE))
    named = set(re.findall(r"^make (\w+)", CONTRIBUTING, re.MULTILINE))
    assert named == listed - {"demo"}


def test_the_statuses_are_those_of_the_program() -> None:
    rows = table("docs/settings.md", "Exit statuses")
    numbers = {
        int(number) for number in re.findall(r"^\| (\d+) \|", rows, re.MULTILINE)
    }
    assert numbers == {status.value for status in Status}


def test_every_command_of_the_documents_exists_and_the_readme_names_all() -> None:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", ALL, re.DOTALL))
    named = re.findall(r"^genregraph (\w+)", blocks, re.MULTILINE)
    named += re.findall(r"`genregraph ([a-z]+)", ALL)
    assert set(named) <= set(COMMANDS)
    listed = set(re.findall(r"`(\w+)`", table("README.md", "Commands")))
    assert set(COMMANDS) <= listed


def test_the_queries_have_the_questions_of_their_files() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.+\?) \|$", DOCUMENTS["docs/queries.md"], re.MULTILINE
    )
    assert dict(rows) == {name: one.question for name, one in user_queries().items()}


def test_the_walk_through_neo4j_browser_names_every_picture() -> None:
    walk = table("docs/neo4j.md", "Neo4j Browser").partition("A walk:")[2]
    pictures = {name.removeprefix("browser/") for name in browser_queries()}
    assert pictures <= set(re.findall(r"`(\w+)`", walk))


def test_the_analyses_are_those_of_the_program() -> None:
    rows = re.findall(
        r"^\| `(\w+)`(?: A B)? \| (.+?) \|$",
        table("docs/analyses.md", "Analyses"),
        re.MULTILINE,
    )
    listed = {name: one.question for name, one in ANALYSES.items()}
    assert {**listed, "paths": dict(rows)["paths"]} == dict(rows)


def test_the_policies_are_those_of_the_program() -> None:
    files = (ROOT / "queries" / "policies").glob("*.cypher")
    rows = re.findall(
        r"^\| `([\w-]+)` \|", table("docs/recipe.md", "Labels"), re.MULTILINE
    )
    assert set(rows) == {path.stem for path in files}


def test_every_variable_that_is_read_is_in_the_settings() -> None:
    text = DOCUMENTS["docs/settings.md"]
    assert [name for name in VARIABLES if name not in text] == []


def test_the_defaults_are_the_recipe_s() -> None:
    recipe = recipe_from_text('[classes]\nmetal = "metal"\n', where="documents")
    text = DOCUMENTS["docs/recipe.md"]
    for name in ("seeds", "crawl", "labels", "export"):
        rules = getattr(recipe, name)
        line = re.search(rf"^\| `\[{name}\]` \| (.+) \|$", text, re.MULTILINE)
        assert line
        for key, default in re.findall(r"`(\w+)` \(([\d.]+)", line[1]):
            value = getattr(rules, key)
            if isinstance(value, int | float):
                assert float(default) == float(value), key


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_and_picture_leads_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    for target in re.findall(r"\]\((?!https?:)(.+?)\)", DOCUMENTS[document]):
        path, _, heading = target.partition("#")
        file = folder / path if path else ROOT / document
        assert file.is_file(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            assert heading in {
                re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings
            }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_of_the_source_that_is_named_exists(document: str) -> None:
    examples = {
        "radio",
        "reciprocity.py",
        "best_known_artists.cypher",
        "strongest.cypher",
    }
    for path in re.findall(
        r"`((?:crawler|graph|queries|tests)/[\w./-]+)`", DOCUMENTS[document]
    ):
        if not examples & set(Path(path).parts):
            assert (ROOT / path).exists(), path


def test_every_document_is_in_the_index_and_in_the_readme() -> None:
    files = {name for name in DOCUMENTS if name.startswith("docs/")} - {
        "docs/README.md"
    }
    index = set(re.findall(r"\]\((\w+\.md)\)", DOCUMENTS["docs/README.md"]))
    assert {f"docs/{name}" for name in index} == files
    assert files <= set(re.findall(r"\]\((docs/\w+\.md)\)", README))


def test_the_readme_is_short_and_has_a_picture() -> None:
    assert len(README.splitlines()) <= 200
    assert re.search(r"^!\[.+\]\(.+\)$", README, re.MULTILINE)


# -- the worked examples of the contributors' page --------------------------------


@pytest.mark.parametrize("name", ["best_known_artists", "policies/strongest"])
def test_the_example_of_a_query_and_of_a_policy_run(
    name: str, with_graph: Path, standin: Standin
) -> None:
    (text,) = marked(CONTRIBUTING, f"cypher: {name}")
    assert disagreements(parse_query(name, text)) == ()
    (with_graph / "example.cypher").write_text(text, encoding="utf-8")
    run_block("genregraph query run example.cypher > rows.csv", with_graph, standin)
    assert len((with_graph / "rows.csv").read_text("utf-8").splitlines()) > 10


def test_the_example_of_an_analysis_runs() -> None:
    (code,) = marked(CONTRIBUTING, "analysis: reciprocity")
    names: dict[str, object] = {}
    exec(compile(code, "reciprocity.py", "exec"), names)
    graph = planted_groups((30, 25, 20), inside=5, outside=2)
    outcome = names["reciprocity"](graph)
    (relations, returned, share) = outcome.tables[0].rows[0]
    assert 0 < returned <= relations == graph.number_of_edges()
    assert share == returned / relations


def test_the_example_of_a_service_is_a_complete_entry() -> None:
    (code,) = marked(CONTRIBUTING, "service: service.py")
    names: dict[str, object] = {}
    exec(compile(code, "service.py", "exec"), names)
    assert names["SERVICE"].name == "radio"
    (adapter,) = marked(CONTRIBUTING, "service: source.py")
    compile(adapter, "source.py", "exec")
