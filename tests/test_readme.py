"""The README's commands run as they stand there, and what it lists is what there is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli.statuses import Status
from crawler.cli.table import COMMANDS
from crawler.config import _VARIABLES
from crawler.recipe_file import recipe_from_text
from crawler.standin.inventing import bundled_world
from crawler.standin.server import serve
from queries.catalog import catalog
from tests.program import without_pace

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def marked(mark: str) -> list[str]:
    """The code blocks that follow a mark such as `<!-- run -->`."""
    pattern = rf"<!-- {re.escape(mark)} -->\n```\w+\n(.*?)```"
    return re.findall(pattern, README, flags=re.DOTALL)


def test_the_first_crawl_of_the_readme_runs_as_it_is_written(tmp_path: Path) -> None:
    (recipe,) = marked("file: recipe.toml")
    blocks = marked("run")
    assert len(blocks) == 3
    (tmp_path / "recipe.toml").write_text(recipe, encoding="utf-8")
    without_pace(tmp_path)
    tools = Path(sys.executable).parent
    with serve(bundled_world(), limits=False) as standin:
        environment = {
            **os.environ,
            **standin.environment,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        }
        for block in blocks:
            done = subprocess.run(
                ["sh", "-eu", "-c", block],
                cwd=tmp_path,
                env=environment,
                text=True,
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
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
    assert len(rows) >= 6
    for name, question in rows:
        assert catalog()[name].question == question


def test_every_variable_that_is_read_stands_in_the_readme() -> None:
    ours = [name for name in _VARIABLES if "SPOTIFY" not in name]
    assert [name for name in ours if name not in README] == []


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
