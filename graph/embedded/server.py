"""The server of an embedded store: starts it, or finds the process that runs it.

One process at a time owns the folder of a store: it holds `owner.lock`, and its server
listens on a loopback port that it writes to `owner.json`. All other processes connect to
that port. When the owner ends or dies, the next process that needs the store acquires the
lock and starts the server.
"""

import json
import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph.bolt.address import ServerAddress
from graph.embedded.folder import (
    DATABASE,
    OWNER_LOCK,
    OWNER_NOTE,
    PASSWORD,
    exists,
    prepare,
    unusable,
)
from graph.errors import StoreRefusedError, StoreUnreachableError
from graph.files import FileLock, write_atomically

_PLUGIN = "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"
# A start takes half a second on an idle machine.
_MAX_STARTS = 5
_MAX_ATTEMPTS = 1_200
_ATTEMPTS_AT_THE_SAME = 10
_SECONDS_BETWEEN_ATTEMPTS = 0.05


class EmbeddedServer:
    """A `ServerLocator` for a folder whose database this or another process runs.

    Args:
        directory: The folder of the store.
        wait: Waits for some seconds.
        port: The port to use if the server runs in this process; None chooses one.

    Raises:
        StoreRefusedError: The folder cannot be used, or there is no engine for this
            machine.
        StoreUnreachableError: Another process owns the folder and does not answer.
    """

    def __init__(
        self,
        directory: Path,
        *,
        wait: Callable[[float], object] | None = None,
        port: int | None = None,
    ) -> None:
        self._directory = directory
        self._port = port
        self._wait = wait or threading.Event().wait
        self._lock = FileLock(directory / OWNER_LOCK)
        self._note = directory / OWNER_NOTE
        self._server: Any = None
        self._address: ServerAddress | None = None
        self._moving = threading.Lock()

    @property
    def where(self) -> str:
        """See `ServerLocator.where`."""
        return f"{self._directory} (embedded)"

    @property
    def owns(self) -> bool:
        """Whether the server runs in this process."""
        return self._server is not None

    @property
    def password_file(self) -> Path:
        """The file with the server's password; only the user who created it may read it."""
        return _password_file(self._directory)

    def address(self) -> ServerAddress:
        """See `ServerLocator.address`: find the running server, or start it."""
        with self._moving:
            if self._address is None:
                self._address = self._find_or_start()
            return self._address

    def relocate(self, lost: ServerAddress) -> ServerAddress | None:
        """See `ServerLocator.relocate`: the first process to call it becomes the owner."""
        with self._moving:
            if self._server is not None:
                return None if lost == self._address else self._address
            if self._address in (None, lost):
                self._address = self._find_or_start(lost)
            return self._address

    def close(self) -> None:
        """See `ServerLocator.close`. One of the connected processes takes over."""
        with self._moving:
            if self._server is not None:
                self._note.unlink(missing_ok=True)
                self._server.stop()
                self._server = None
                self._lock.release()
            self._address = None

    def _find_or_start(self, lost: ServerAddress | None = None) -> ServerAddress:
        prepare(self._directory)
        try:
            for attempt in range(_MAX_ATTEMPTS):
                if self._lock.acquire():
                    return self._start_as_owner()
                address = self._read_note()
                # An owner that is stopping still answers for a moment.
                if address == lost and attempt < _ATTEMPTS_AT_THE_SAME:
                    address = None
                if address is not None and _answers(address):
                    return address
                self._wait(_SECONDS_BETWEEN_ATTEMPTS)
        except OSError as error:
            raise unusable(self._directory, error) from error
        raise StoreUnreachableError(
            f"another process owns the store in {self._directory} and does not answer",
            hint=f"Stop it ({self._note} has its pid), then run the same command again.",
        )

    def _start_as_owner(self) -> ServerAddress:
        try:
            return self._start()
        except BaseException:
            self._server = None
            self._lock.release()
            raise

    def _start(self) -> ServerAddress:
        self._note.unlink(missing_ok=True)
        password = _password(self._directory)
        self._server, port = _serve(self._directory, password, self._port)
        note = json.dumps({"port": port, "pid": os.getpid()})
        write_atomically(self._note, note, mode=0o600)
        return _address(port, password)

    def _read_note(self) -> ServerAddress | None:
        try:
            port = json.loads(self._note.read_text(encoding="utf-8"))["port"]
            password = _password_file(self._directory).read_text(encoding="utf-8")
        except (OSError, ValueError, KeyError, TypeError):
            return None  # the owner is still starting
        return _address(port, password)


def _serve(directory: Path, password: str, wanted: int | None) -> tuple[Any, int]:
    """Start a server; return it and its Bolt port, which is `wanted` or a free one."""
    engine = _engine()
    for tries_left in reversed(range(_MAX_STARTS)):
        port = wanted or _free_port()
        server = engine.create_server(
            root_path=str(directory),
            root_password=password,
            config={
                "mode": "development",  # "production" hides error texts over Bolt
                "http_port": _free_port(),  # cannot be disabled; has the same password
                "bolt_port": port,
                "server_plugins": _PLUGIN,
            },
        )
        try:
            server.start()
            break
        except engine.ArcadeDBError as error:
            # Another program bound the port after the check: try another one.
            if "Unable to listen" not in str(error):
                raise
            server.stop()
            if not tries_left:
                raise _cannot_listen(port) from error
    database = (
        server.get_database(DATABASE)
        if exists(directory)
        else server.create_database(DATABASE)
    )
    # Not the default: without it a commit does not survive a power cut.
    database.set_wal_flush("yes_nometadata")
    return server, port


def _cannot_listen(port: int) -> StoreRefusedError:
    return StoreRefusedError(
        f"the embedded store cannot listen on port {port}: it is in use or forbidden",
        hint="Name another port with --port, or leave --port out to use a free one.",
    )


def _engine() -> Any:
    os.environ.setdefault("ARCADEDB_LOG_CONSOLE", "0")  # noqa: TID251  # read at import
    try:
        import arcadedb  # noqa: PLC0415  # most commands do not start the engine
    except ImportError as error:
        raise StoreRefusedError(
            "the embedded store is not available for this machine",
            hint="Start a Neo4j (`docker compose up -d`) and set NEO4J_URI, "
            "such as bolt://localhost:7687.",
        ) from error
    return arcadedb


def _address(port: int, password: str) -> ServerAddress:
    return ServerAddress(
        f"bolt://127.0.0.1:{port}", "root", password, DATABASE, embedded=True
    )


def _answers(address: ServerAddress) -> bool:
    port = int(address.uri.rpartition(":")[2])
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _password_file(directory: Path) -> Path:
    return directory / PASSWORD


def _password(directory: Path) -> str:
    """Return the store's password; the first owner generates it."""
    file = _password_file(directory)
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        # The engine's own hash of it is useless without our file.
        (directory / "config" / "server-users.jsonl").unlink(missing_ok=True)
        write_atomically(file, secrets.token_urlsafe(24), mode=0o600)
        return file.read_text(encoding="utf-8")
