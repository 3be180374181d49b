"""`run` as a command: what it checks before the first of its four steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from tests.support.processes.program import SMALL_RECIPE, genregraph
from tests.support.workspace import error_text


@pytest.fixture
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


def test_run_checks_terms_and_folder_before_the_first_request(
    tmp_path: Path, standin: Standin
) -> None:
    (tmp_path / "recipe.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years", encoding="utf-8")
    before = len(standin.requests)
    cases = {
        "out": (
            2,
            "accept_terms",
            {"GENREGRAPH_DEEZER_URL": "https://127.0.0.2.invalid"},
        ),
        "mine": (1, "mine", {}),
    }
    for out, (status, words, changed) in cases.items():
        environment = {**standin.environment, **changed}
        ended = genregraph(
            "run", "recipe.toml", out, folder=tmp_path, environment=environment
        )
        assert ended.returncode == status
        assert words in error_text(ended)
        assert ended.stderr.startswith("store: ")
    assert len(standin.requests) == before
    assert not (tmp_path / ".genregraph").exists()
