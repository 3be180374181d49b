"""The shape of the code: layers, ways to the outside, and names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.tools.draw_layers import PICTURE, drawn

PACKAGES = ("crawler", "graph", "queries")
MODULES = sorted(path for one in PACKAGES for path in (ROOT / one).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# Ways to the outside, and the files that may use them. The stand-in service is a separate
# program and uses none of these files.
OUTSIDE = {
    # The embedded engine reads a setting there when it is imported.
    "os.environ": {"crawler/config/settings.py", "graph/embedded/server.py"},
    "os.getenv": {"crawler/config/settings.py"},
    "time.sleep": {"crawler/clock.py"},
    "time.time": {"crawler/clock.py"},
    "time.monotonic": {"crawler/clock.py"},
    "datetime.now": {"crawler/clock.py"},
    "datetime.utcnow": set(),
    "random.random": set(),
    "random.choice": set(),
    "random.shuffle": set(),
    "random.sample": set(),
    "random.seed": set(),
    "print": set(),
    "input": set(),
    "sys.stdout": {"crawler/console/output.py", "crawler/cli/__init__.py"},
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees(paths):
    return {named(path): ast.parse(path.read_text("utf-8")) for path in paths}


def used_names(tree: ast.AST):
    """Each dotted name of two parts, and each called name of one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_the_import_contracts_of_pyproject_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("way", OUTSIDE)
def test_only_the_listed_files_reach_the_outside(way):
    users = {
        path
        for path, tree in trees(MODULES).items()
        if way in set(used_names(tree)) and not path.startswith("crawler/standin/")
    }
    assert users <= OUTSIDE[way]


# Imports that `graph` defers, by module: all others stand at the head of their files.
DEFERRED = {
    # `open_store` for scripts: `import graph` does not load the Neo4j driver.
    "graph/__init__.py": {"import_module"},
    # Most commands attach to a running engine, or use a server.
    "graph/embedded/server.py": {"arcadedb"},
}


def deferred_imports(tree: ast.AST):
    """What is imported inside functions, and each call of `import_module`."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield getattr(node, "module", None) or node.names[0].name
    yield from {"import_module", "__import__"} & set(used_names(tree))


def test_the_graph_defers_no_import_but_these():
    found = {
        path: set(deferred_imports(tree))
        for path, tree in trees(MODULES).items()
        if path.startswith("graph/")
    }
    assert {path: names for path, names in found.items() if names} == DEFERRED


@pytest.mark.parametrize("word", ["util", "helper", "common", "manager", "misc"])
def test_no_file_has_a_name_without_a_meaning(word):
    assert [named(path) for path in MODULES if word in path.stem] == []


def test_every_module_has_a_docstring():
    silent = [
        path for path, tree in trees(MODULES).items() if not ast.get_docstring(tree)
    ]
    assert silent == []


def replaces(node: ast.AST) -> bool:
    """Whether a test replaces a part of the program; standard streams may be replaced."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "unittest.mock"
    if isinstance(node, ast.Import):
        return node.names[0].name == "unittest.mock"
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    where = node.args[0] if node.args else None
    stream = isinstance(where, ast.Constant) and str(where.value).startswith("sys.std")
    return not stream and ast.unparse(node.func) in {
        "monkeypatch.setattr",
        "monkeypatch.delattr",
        "monkeypatch.setitem",
    }


def test_tests_replace_nothing_inside_the_program():
    patching = {
        path
        for path, tree in trees(TESTS).items()
        if any(replaces(node) for node in ast.walk(tree))
    }
    assert patching == set()


def test_no_test_folder_shadows_a_package():
    assert (ROOT / "tests" / "__init__.py").is_file()
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert not folders & set(PACKAGES)


def test_the_picture_of_the_layers_shows_the_imports():
    assert PICTURE.read_text(encoding="utf-8") == drawn(), "run `make layers`"
