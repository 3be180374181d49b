"""Setting up: the Makefile and the gate."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.project import ROOT

TOOLS = ("sh", "make", "sed", "env", "touch", "rm", "ls", "head", "cat")

OLD = """#!/bin/sh
case "$1" in
  -V) echo "Python 3.8.10" ;;
  *) exit 1 ;;
esac
"""
WITHOUT_VENV = """#!/bin/sh
case "$2" in
  *ensurepip*) exit 1 ;;
  *print*) echo 3.12 ;;
esac
"""


def make(folder: Path, target: str, pythons: dict[str, str], *arguments: str):
    """Run make in a folder that holds only the Makefile, with these Pythons alone."""
    programs = folder / "bin"
    programs.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (programs / tool).symlink_to(found)
    for name, script in pythons.items():
        (programs / name).write_text(script)
        (programs / name).chmod(0o755)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return subprocess.run(
        ["make", target, *arguments],
        cwd=folder,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def printed(done) -> list[str]:
    """What make printed besides its own report of the failure."""
    return [line for line in done.stderr.splitlines() if not line.startswith("make: ")]


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_a_python_that_is_too_old_is_reported_in_one_sentence(tmp_path, target):
    done = make(tmp_path, target, {"python3": OLD})
    assert done.returncode != 0
    (sentence,) = printed(done)
    assert "needs Python 3.11 or newer" in sentence
    assert "Python 3.8.10" in sentence
    assert not (tmp_path / ".venv").exists()


def test_a_missing_python_is_reported_in_one_sentence(tmp_path):
    (sentence,) = printed(make(tmp_path, "demo", {}))
    assert "needs Python 3.11 or newer" in sentence


def test_a_python_without_venv_is_reported_with_what_to_install(tmp_path):
    (sentence,) = printed(make(tmp_path, "test", {"python3": WITHOUT_VENV}))
    assert "venv module of python3 is missing" in sentence
    assert "apt install python3.12-venv" in sentence


def test_a_newer_python_is_found_beside_an_old_python3(tmp_path):
    pythons = {"python3": OLD, "python3.12": WITHOUT_VENV}
    (sentence,) = printed(make(tmp_path, "test", pythons))
    assert "venv module of python3.12" in sentence


def test_a_named_python_must_be_new_enough(tmp_path):
    pythons = {"mine": OLD, "python3": WITHOUT_VENV}
    (sentence,) = printed(make(tmp_path, "demo", pythons, "PYTHON=mine"))
    assert sentence.startswith("mine is not Python 3.11 or newer")


def test_make_help_lists_the_targets(tmp_path):
    done = make(tmp_path, "help", {})
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "demo", "test", "check", "cypher", "bench", "coverage", "browser", "pictures",
        "layers", "bundle", "lock",
    ]  # fmt: skip


@pytest.mark.parametrize("target", ["demo", "test", "coverage", "bench"])
def test_the_settings_of_a_database_are_kept_from_demo_and_tests(target):
    recipe = subprocess.run(
        ["make", "-n", "-o", ".venv/installed", "-o", ".venv/installed-dev", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout
    for name in ("URI", "USERNAME", "PASSWORD", "DATABASE"):
        assert f"-u NEO4J_{name}" in recipe
    assert "-u GENREGRAPH_STORE" in recipe


def test_each_test_stays_in_its_group(request):
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@project/test_setup")


def test_the_tests_run_in_three_processes_by_group():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "WORKERS := 3\n" in makefile
    parallel = "-n $(WORKERS) --dist loadgroup --no-loadscope-reorder"
    assert f"IN_PARALLEL := {parallel}\n" in makefile
    assert "-m pytest $(IN_PARALLEL)" in makefile


def gate():
    """The gate's reader of test reports, which lives outside the packages."""
    spec = importlib.util.spec_from_file_location("skips", ROOT / ".ci" / "skips.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(folder: Path, *cases: str) -> Path:
    path = folder / "junit.xml"
    path.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    return path


LTS = '<testcase classname="tests.store.test_contract" name="test_x[neo4j-5.26]"/>'
YEAR = (
    '<testcase classname="tests.questions.test_questions" name="test_x[a-neo4j-2026]"/>'
)
MEMORY = '<testcase classname="tests.store.test_contract" name="test_x[memory]"/>'
SKIPPED = (
    '<testcase classname="tests.test_y" name="test_y[neo4j-2026]">'
    '<skipped type="pytest.skip" message="there is no Java"/></testcase>'
)


def test_the_gate_opens_when_every_test_ran(tmp_path):
    assert gate().main([str(report(tmp_path, LTS, MEMORY, YEAR))]) == 0


def test_the_gate_names_a_skip_that_is_not_on_its_list(tmp_path, capsys):
    path = report(tmp_path, LTS, YEAR, SKIPPED)
    assert gate().main([str(path)]) == 1
    said = capsys.readouterr().err
    assert said.endswith("list: tests.test_y.test_y[neo4j-2026]: there is no Java\n")
    assert gate().main([str(path), r"test_y\[neo4j-2026\]: there is no Java"]) == 0


@pytest.mark.parametrize(
    ("ran", "missing"), [(LTS, "2026"), (YEAR, "5.26")], ids=["first", "second"]
)
def test_the_gate_requires_tests_on_each_neo4j_even_if_their_skips_are_allowed(
    tmp_path, capsys, ran, missing
):
    path = report(tmp_path, ran, MEMORY, SKIPPED)
    assert gate().main([str(path), "no Java"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"no test on Neo4j {missing} ran: it needs Java")


def test_the_gate_requires_a_report_with_tests(tmp_path):
    assert gate().main([str(tmp_path / "gone.xml")]) == 1
    assert gate().main([str(report(tmp_path))]) == 1


def test_the_gate_runs_the_suite_and_the_checks():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test " in script
    assert "make check" in script
