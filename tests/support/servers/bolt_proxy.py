"""A proxy for a Bolt server that cuts connections where a test wants it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_COMMIT = bytes.fromhex("0002 b012 0000")
_READ = 65_536


class BoltProxy:
    """Passes bytes on in both directions, and cuts a connection once when armed.

    Attributes:
        uri: The address to use instead of the server's.
        cuts: How many connections were cut.
    """

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition("//")[2].rpartition(":")
        self.cuts = 0
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        self._is_cut = False
        self._swallows_commits = 0
        self._bytes_left: int | None = None
        self._lock = threading.Lock()
        self._ways: list[socket.socket] = []

    def swallow_commits(self, count: int) -> None:
        """Let the next commits through, and drop the server's replies to them."""
        self._swallows_commits = count

    def cut_after(self, count: int) -> None:
        """Cut a connection once that many more bytes have come from the server."""
        self._bytes_left = count

    def cut_off(self) -> None:
        """Cut all connections, and let none through until `restore`."""
        self._is_cut = True
        self._cut_all()

    def restore(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    def serve(self) -> None:
        """Accept connections until it is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._is_cut:
                    client.close()
                    continue
                server = socket.create_connection(self._target)
                self._ways += [client, server]
                self._join(client, server)

    def close(self) -> None:
        """Cut everything."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut_all()

    def _cut_all(self) -> None:
        for way in self._ways:
            with suppress(OSError):
                way.shutdown(socket.SHUT_RDWR)
            way.close()

    def _join(self, client: socket.socket, server: socket.socket) -> None:
        lost = threading.Event()

        def from_client(data: bytes) -> bool:
            with self._lock:
                if _COMMIT in data and self._swallows_commits:
                    self._swallows_commits -= 1
                    lost.set()
            return True

        def from_server(data: bytes) -> bool:
            with self._lock:
                if self._bytes_left is not None:
                    self._bytes_left -= len(data)
                cuts = lost.is_set() or (self._bytes_left or 0) < 0
                if cuts:
                    self.cuts += 1
                    self._bytes_left = None
            return not cuts

        for source, sink, may_pass in (
            (client, server, from_client),
            (server, client, from_server),
        ):
            arguments = (source, sink, may_pass)
            threading.Thread(target=_pump, args=arguments, daemon=True).start()


def _pump(
    source: socket.socket, sink: socket.socket, may_pass: Callable[[bytes], bool]
) -> None:
    with suppress(OSError):
        while (data := source.recv(_READ)) and may_pass(data):
            sink.sendall(data)
    for way in (source, sink):
        with suppress(OSError):
            way.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(uri: str) -> Iterator[BoltProxy]:
    proxy = BoltProxy(uri)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(5)
