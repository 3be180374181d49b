"""A local HTTP server that follows a script, faults included, and records its requests."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class ReceivedRequest:
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    at: float
    body: bytes = b""


@dataclass
class FaultySource:
    """Follows its script: one act per request, and the last act for all later requests.

    `acts_by_path` gives a path a script of its own.
    """

    script: list["Act"] = field(default_factory=list)
    acts_by_path: dict[str, list["Act"]] = field(default_factory=dict)
    requests: list[ReceivedRequest] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_act(self, request: ReceivedRequest) -> "Act":
        with self._lock:
            self.requests.append(request)
            script = self.acts_by_path.get(request.path, self.script)
            return script.pop(0) if len(script) > 1 else script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            source = server

            def setup(self) -> None:
                super().setup()
                self.connection.settimeout(20)

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                headers = {k.lower(): v for k, v in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", "0")))
                query = parse_qsl(parts.query)
                request = ReceivedRequest(
                    parts.path, query, headers, time.monotonic(), body
                )
                try:
                    server.next_act(request)(self)
                except OSError:
                    self.close_connection = True

            def do_POST(self) -> None:
                self.do_GET()

            def do_CONNECT(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


Act = Callable[[BaseHTTPRequestHandler], None]


def answer(
    body: object = None,
    status: int = 200,
    content_type: str = "application/json",
    **headers: str,
) -> Act:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(raw)

    return act


def html(status: int = 200) -> Act:
    return answer(b"<html><body>please log in</body></html>", status, "text/html")


def redirect(location: str) -> Act:
    return answer(b"", 302, Location=location)


def half_a_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.wfile.flush()
    handler.close_connection = True


def half_a_chunked_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b'64\r\n{"data": [')
    handler.wfile.flush()
    handler.close_connection = True


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def silence(handler: BaseHTTPRequestHandler) -> None:
    handler.source.released.wait(20)  # type: ignore[attr-defined]
    handler.close_connection = True


def slow_body(handler: BaseHTTPRequestHandler) -> None:
    """Send one byte at a time, so that no single read times out."""
    released = handler.source.released  # type: ignore[attr-defined]
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        if released.wait(0.05):
            return
