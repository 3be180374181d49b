"""A real Neo4j Community server for tests: Maven artifacts and a Java, no Docker."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.neo4j.lines import LTS, Line, NoServerError, jars, java

__all__ = ["Server", "free_port", "running"]

_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
JAVA_OPTIONS = (
    "-XX:+UseG1GC",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "--enable-native-access=ALL-UNNAMED",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
)
# A server that runs for a minute spends most of its time compiling. Without the second
# compiler it needs half the processor time. Measurements must not use this option.
SHORT_LIVED = ("-XX:TieredStopAtLevel=1",)
# Bolt's handshake: the magic number and two ranges of versions.
_HELLO = bytes.fromhex("6060b017 00040405 00000404 0000000000000000")
_FOLDERS = ("conf", "data", "logs", "import", "plugins", "run")


class Server:
    """A server with its data in `home`; it keeps its ports over restarts.

    Args:
        home: A folder that does not exist yet, or that of an earlier server.
        line: The release line.
        auth: Whether it requires a password: its first user is neo4j, whose first
            password, neo4j, must be changed.
        settings: Further lines of neo4j.conf; the last value of a key is used.
        measured: Run Java like a production server, for benchmarks.
        heap: The size of Java's heap.
    """

    def __init__(
        self,
        home: Path,
        line: Line = LTS,
        *,
        auth: bool = False,
        settings: Sequence[str] = (),
        measured: bool = False,
        heap: str = "512m",
    ) -> None:
        self.home = home
        self._heap = (f"-Xms{heap}", f"-Xmx{heap}")
        self._options = (*JAVA_OPTIONS, *(() if measured else SHORT_LIVED))
        self.line = line
        self.bolt, self.http = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._java = java(line)
        self._jars = jars(line)
        for name in _FOLDERS:
            (home / name).mkdir(parents=True, exist_ok=True)
        self.configure(auth=auth, settings=settings)

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self.bolt}"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def configure(self, *, auth: bool = False, settings: Sequence[str] = ()) -> None:
        """Write neo4j.conf, for the next start."""
        lines = [*self._settings(auth=auth), *self.line.settings, *settings]
        by_key = {line.partition("=")[0]: line for line in lines}
        text = "\n".join(by_key.values()) + "\n"
        (self.home / "conf" / "neo4j.conf").write_text(text, encoding="utf-8")

    def _settings(self, *, auth: bool) -> list[str]:
        home = self.home
        return [
            "server.default_listen_address=127.0.0.1",
            f"server.bolt.listen_address=127.0.0.1:{self.bolt}",
            f"server.bolt.advertised_address=127.0.0.1:{self.bolt}",
            f"server.http.listen_address=127.0.0.1:{self.http}",
            f"server.http.advertised_address=127.0.0.1:{self.http}",
            "server.https.enabled=false",
            f"dbms.security.auth_enabled={str(auth).lower()}",
            "server.memory.pagecache.size=128m",
            "db.tx_log.preallocate=false",
            "dbms.usage_report.enabled=false",
            "client.allow_telemetry=false",
            *(f"server.directories.{f}={home}/{f}" for f in _FOLDERS if f != "conf"),
        ]

    def start(self) -> None:
        """Start it and wait until it answers Bolt.

        Raises:
            NoServerError: It ended at its start, or did not answer within 200 s.
        """
        home = self.home
        with (home / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                [
                    *(str(self._java), *self._heap, *self._options),
                    *("-cp", f"{home}/plugins/*:{self._jars}/*", self.line.main),
                    *(f"--home-dir={home}", f"--config-dir={home}/conf"),
                    "--console-mode",
                ],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # Ctrl-C in the test run is not meant for it
            )
        for _ in range(700):
            if not self.is_running:
                log = (home / "console.log").read_text(errors="replace")
                last = " ".join(log.splitlines()[-3:])
                raise NoServerError(
                    f"Neo4j {self.line.name} ended at its start: {last}"
                )
            if _answers(self.bolt):
                return
            time.sleep(0.3)
        raise NoServerError(f"Neo4j {self.line.name} did not answer within 200 s")

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """End it in order (SIGTERM), which takes about 10 s."""
        self.signal(signal.SIGTERM)
        if self._process is not None:
            self._process.wait(timeout=90)

    def signal(self, number: int) -> None:
        """Send it a signal, such as SIGSTOP."""
        if self._process is not None and self.is_running:
            os.kill(self._process.pid, number)

    def admin(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`neo4j-admin`, while the server is stopped: its Java main is in the jars."""
        home = self.home
        command = [str(self._java), "-Xmx1g", *self._options, "-cp", f"{self._jars}/*"]
        return subprocess.run(
            [*command, "org.neo4j.cli.AdminTool", *arguments],
            env={**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": f"{home}/conf"},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@contextmanager
def running(
    home: Path,
    line: Line = LTS,
    *,
    auth: bool = False,
    settings: Sequence[str] = (),
    measured: bool = False,
) -> Iterator[Server]:
    """A server that runs; killed at the end, for its home is thrown away."""
    server = Server(home, line, auth=auth, settings=settings, measured=measured)
    try:
        server.start()
        yield server
    finally:
        server.kill()


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
