"""A real Neo4j Community server for tests: Maven artifacts and a Java, no Docker."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = "5.26.31"
_MAIN = "org.neo4j.server.CommunityEntryPoint"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>neo4j-community-lib</artifactId>
  <version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId>
      <version>{VERSION}</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId>
      <version>{VERSION}</version></dependency>
  </dependencies>
  <build><plugins><plugin><groupId>org.apache.maven.plugins</groupId>
    <artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version>
  </plugin></plugins></build>
</project>
"""
_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_JAVA = [
    "java",
    "-Xms512m",
    "-Xmx512m",
    "-XX:+UseG1GC",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "--enable-native-access=ALL-UNNAMED",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
]
# Bolt's handshake: the magic number and two ranges of versions.
_HELLO = bytes.fromhex("6060b017 00040405 00000404 0000000000000000")


class NoServerError(Exception):
    """Why there is no server here, in words for the report of skips."""


def jars() -> Path:
    """The folder of the server's jars, fetched once."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(cache) / "genregraph-tests" / f"neo4j-{VERSION}"
    if not (folder / "complete").exists():
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NoServerError(f"{program} is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text(_POM, encoding="utf-8")
    fetched = subprocess.run(
        [
            *("mvn", "-B", "-q", "-f", "pom.xml"),
            *("dependency:copy-dependencies", "-DincludeScope=runtime"),
            f"-DoutputDirectory={folder}",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if fetched.returncode:
        last = (fetched.stdout + fetched.stderr).strip().splitlines()[-1:]
        raise NoServerError(f"Maven cannot fetch Neo4j: {' '.join(last)}")
    (folder / "complete").touch()


@contextmanager
def running(home: Path, *, auth: bool = False) -> Iterator[str]:
    """A server with its data under `home`, and its address; killed at the end.

    With `auth` its first user is neo4j, whose first password, neo4j, must be changed.
    """
    library = jars()
    if shutil.which("java") is None:
        raise NoServerError("java is not installed")
    bolt = _configure(home, auth=auth)
    with (home / "console.log").open("wb") as console:
        process = subprocess.Popen(
            [
                *_JAVA,
                *("-cp", f"{home}/plugins/*:{library}/*", _MAIN),
                *(f"--home-dir={home}", f"--config-dir={home}/conf", "--console-mode"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,  # Ctrl-C in the test run is not meant for it
        )
    try:
        _wait_for_bolt(process, bolt, home)
        yield f"bolt://127.0.0.1:{bolt}"
    finally:
        process.send_signal(signal.SIGKILL)  # a home that is thrown away may be
        process.wait()


def _configure(home: Path, *, auth: bool) -> int:
    for name in ("conf", "data", "logs", "import", "plugins", "run"):
        (home / name).mkdir(parents=True)
    bolt, http = free_port(), free_port()
    lines = [
        "server.default_listen_address=127.0.0.1",
        f"server.bolt.listen_address=127.0.0.1:{bolt}",
        f"server.bolt.advertised_address=127.0.0.1:{bolt}",
        f"server.http.listen_address=127.0.0.1:{http}",
        f"server.http.advertised_address=127.0.0.1:{http}",
        "server.https.enabled=false",
        f"dbms.security.auth_enabled={str(auth).lower()}",
        "server.memory.pagecache.size=128m",
        "db.tx_log.preallocate=false",
        "dbms.usage_report.enabled=false",
        "client.allow_telemetry=false",
        *(
            f"server.directories.{name}={home}/{name}"
            for name in ("data", "logs", "import", "plugins", "run")
        ),
    ]
    (home / "conf" / "neo4j.conf").write_text("\n".join(lines) + "\n")
    return bolt


def _wait_for_bolt(process: subprocess.Popen[bytes], port: int, home: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            last = (home / "console.log").read_text(errors="replace").splitlines()[-3:]
            raise NoServerError(f"Neo4j ended at its start: {' '.join(last)}")
        if _answers(port):
            return
        time.sleep(0.3)
    raise NoServerError("Neo4j did not answer within 90 s")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(_HELLO)
            return len(connection.recv(4)) == 4
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
