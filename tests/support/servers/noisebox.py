"""The toy service Noisebox: a small HTTP server that acts as a proxy.

The program is configured with this proxy, so it requests the service at its own address.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.support.servers.clip_server import make_clip

CARD = "s3cret-card"
HOST = "noisebox.example.invalid"

# Each artist lists the next two, and everybody of a name up to "m" plays metal.
NAMES = ("ana", "bo", "cai", "dee", "eli", "fay", "nia", "oto", "pia", "quin", "ria")


def genre_of(name: str) -> str:
    return "black metal" if name < "m" else "deep house"


def artist(name: str) -> dict[str, object]:
    return {"id": name, "name": name.title()}


def track(name: str) -> dict[str, object]:
    return {"id": name, "name": f"Song of {name.title()}"}


def reply(path: str, query: dict[str, list[str]]) -> object | None:
    """What Noisebox returns for a path; None for an unknown one."""
    match path.strip("/").split("/"):
        case ["artists"]:
            (wanted,) = query["name"]
            return {"artists": [artist(n) for n in NAMES if n == wanted.lower()]}
        case ["artists", name] if name in NAMES:
            place = NAMES.index(name)
            related = [NAMES[(place + step) % len(NAMES)] for step in (1, 2)]
            return {
                **artist(name),
                "related": [artist(other) for other in related],
                "tracks": [track(name)],
            }
        case ["genres"]:
            (ids,) = query["ids"]
            rows = [{"id": n, "genre": genre_of(n)} for n in ids.split(",")]
            return {"genres": rows}
        case ["tracks", name] if name in NAMES:
            return {**track(name), "clip": f"http://{HOST}/clips/{name}.mp3"}
    return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.requests.append((parts.hostname, parts.path))  # type: ignore[attr-defined]
        query = parse_qs(parts.query)
        if parts.path.startswith("/clips/"):
            self._send(200, "audio/mpeg", make_clip(parts.path.removesuffix(".mp3")))
        elif query.get("card") != [CARD]:
            self._send(403, "application/json", b'{"error": "show your card"}')
        else:
            found = reply(parts.path, query)
            status = 404 if found is None else 200
            self._send(status, "application/json", json.dumps(found).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def noisebox() -> Iterator[ThreadingHTTPServer]:
    """The running service; `requests` holds the host and the path of each request."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.requests = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
