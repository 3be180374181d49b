"""What users install: the wheel, the lock, and the files beside them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from packaging.requirements import Requirement

from tests.support.project import FIXTURES, ROOT
from tests.tools.lock import LOCK, dependencies, head

PACKAGES = ("crawler", "graph", "queries")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `python -m build` makes from the source distribution."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    for package in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / package, source / package, ignore=unwanted)
    built = run(sys.executable, "-m", "build", "--outdir", folder, source)
    # What setuptools warns of when it takes a folder of data for a forgotten package.
    assert "importable package" not in built.stdout + built.stderr
    (found,) = folder.glob("*.whl")
    return found


def run(*command: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, and show what it wrote where it failed."""
    done = subprocess.run(  # type: ignore[call-overload]
        [str(word) for word in command],
        text=True,
        capture_output=True,
        check=False,
        **settings,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_wheel_holds_every_module_and_data_file_and_nothing_else(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    packed = {name for name in names if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        # What the explorer page's bundle is built from.
        and not path.is_relative_to(ROOT / "queries/explorer/source")
    }
    assert packed == wanted


def test_every_folder_of_modules_is_a_package():
    folders = {p.parent for one in PACKAGES for p in (ROOT / one).rglob("*.py")}
    assert [one for one in folders if not (one / "__init__.py").is_file()] == []


def test_the_demo_runs_from_the_wheel_and_the_locked_releases(
    wheel: Path, tmp_path: Path
):
    venv.create(tmp_path / "env", with_pip=True)
    tools = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = (tools / "python", "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--no-compile", "--require-hashes", "-r", LOCK)
    run(*pip, "install", "--no-deps", wheel)
    run(*pip, "check")
    empty = tmp_path / "empty"
    empty.mkdir()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    run(tools / "genregraph", "demo", cwd=empty, env=clean)
    dataset = empty / "genregraph-demo" / "dataset"
    run(tools / "genregraph", "verify", dataset, cwd=empty, env=clean)
    assert len(list(dataset.rglob("*.mp3"))) > 50


def test_the_lock_was_made_from_today_s_dependencies():
    text = LOCK.read_text(encoding="utf-8")
    assert text.startswith(head()), "run `make lock`"


def test_the_lock_gives_each_package_a_release_that_fits_and_its_hashes():
    entries = re.split(r"\n(?=[a-z])", LOCK.read_text(encoding="utf-8"))[1:]
    locked = [(Requirement(one.split(" \\\n")[0]), one) for one in entries]
    for one in map(Requirement, dependencies()):
        found = [pin for pin, _ in locked if pin.name == one.name]
        assert found, one
        for pin in found:
            (release,) = pin.specifier
            assert release.operator == "=="
            assert one.specifier.contains(release.version, prereleases=True), one
    assert all("--hash=sha256:" in text for _, text in locked)


def test_the_image_copies_files_that_are_there_and_does_not_run_as_root():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        name
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]
    assert set(PACKAGES) < set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(ignored)
    (user,) = (line.split()[1] for line in lines if line.startswith("USER "))
    assert user != "root"


def test_the_citation_file_keeps_to_its_schema_and_names_this_version():
    citation = yaml.load(  # dates stay text, as JSON Schema wants them
        (ROOT / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader
    )
    schema = json.loads(
        (FIXTURES / "citation-1.2.0.schema.json").read_text(encoding="utf-8")
    )
    assert list(Draft7Validator(schema).iter_errors(citation)) == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_the_changelog_has_a_section_for_this_version_or_for_what_comes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text or f"## [{project['version']}]" in text


def test_the_public_workflow_runs_the_same_targets_on_every_python():
    path = ROOT / ".github" / "workflows" / "ci.yml"
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    commands = "\n".join(step.get("run", "") for step in job["steps"])
    for target in ("browser", "cypher", "test", "check"):
        assert f"make PYTHON=python {target}" in commands
