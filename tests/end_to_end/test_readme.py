"""The README's commands run as they stand there, and what it lists is what there is."""

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
from queries.catalog import user_queries
from tests.support.processes.program import without_pace
from tests.support.project import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def marked(mark: str) -> list[str]:
    """The code blocks that follow a mark such as `<!-- run -->`."""
    pattern = rf"<!-- {re.escape(mark)} -->\n```\w+\n(.*?)```"
    return re.findall(pattern, README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


def run_block(block: str, folder: Path, standin: Standin) -> None:
    """Run a block of the README in a shell, as somebody who typed it there."""
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
    (block,) = marked("run: look")
    without_pace(tmp_path)
    somebody = next(iter(bundled_world().artists.values())).name
    run_block(block.replace("Burial", somebody), tmp_path, standin)
    for page in ("scene.html", "report.html"):
        assert somebody in (tmp_path / page).read_text(encoding="utf-8")
    (code,) = marked("python")
    assert code == (ROOT / "tests/support/worlds/readme_graph_view.py").read_text(
        encoding="utf-8"
    )
    run_block(f"python - <<'END'\n{code}END\n", tmp_path, standin)


def test_the_first_crawl_of_the_readme_runs_as_it_is_written(
    tmp_path: Path, standin: Standin
) -> None:
    (recipe,) = marked("file: recipe.toml")
    blocks = marked("run")
    assert len(blocks) == 3
    (tmp_path / "recipe.toml").write_text(recipe, encoding="utf-8")
    without_pace(tmp_path)
    for block in blocks:
        run_block(block, tmp_path, standin)
    clips = list((tmp_path / "dataset").rglob("*.mp3"))
    assert len(clips) > 50
    assert {clip.parent.name for clip in clips} == {"metal", "house"}


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_each_make_target_of_the_readme_is_there(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_status_stands_in_the_readme() -> None:
    table = README.split("## Exit statuses")[1].split("##")[0]
    rows = {int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert rows == {status.value for status in Status}


def test_every_command_of_the_readme_is_there_and_every_command_is_in_it() -> None:
    named = set(re.findall(r"`?genregraph (\w+)", README))
    assert named - {"turns", "writes", "needs"} <= set(COMMANDS)
    for name in COMMANDS:
        assert re.search(rf"\b{name}\b", README), name


def test_the_queries_of_the_readme_have_the_questions_of_their_files() -> None:
    table = README.split("## Questions")[1].split("## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|$", table, re.MULTILINE)
    asked = {name: query.question for name, query in user_queries().items()}
    assert dict(rows) == asked


def test_the_analyses_of_the_readme_are_those_of_the_program() -> None:
    table = README.split("## Analyses")[1].split("## ")[0]
    rows = re.findall(r"^\| `(\w+)`(?: A B)? \| (.+?) \|$", table, re.MULTILINE)
    listed = {name: one.question for name, one in ANALYSES.items()}
    assert {**listed, "paths": dict(rows)["paths"]} == dict(rows)


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[.+?\]\((.+?)\)", README)
    assert len(pictures) >= 3
    assert [one for one in pictures if not (ROOT / one).is_file()] == []


def test_every_variable_that_is_read_stands_in_the_readme() -> None:
    assert [name for name in VARIABLES if name not in README] == []


def test_the_defaults_that_the_readme_names_are_the_recipe_s() -> None:
    recipe = recipe_from_text('[classes]\nmetal = "metal"\n', where="readme")
    table = README.split("## The recipe")[1].split("## ")[0]
    for table_name in ("crawl", "labels", "export"):
        rules = getattr(recipe, table_name)
        line = re.search(rf"^\| `\[{table_name}\]` \| (.+) \|$", table, re.MULTILINE)
        assert line
        for key, default in re.findall(r"`(\w+)` \(([\d.]+)", line[1]):
            value = getattr(rules, key)
            if isinstance(value, int | float):
                assert float(default) == float(value), key
