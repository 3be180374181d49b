"""A real local server of real MP3s, and the previews source that links to it."""

import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import soundfile

from crawler.cli.export import PreviewDoor
from crawler.export.download.audio import AudioResponse
from crawler.sources.base import (
    INVENTED_MUSIC,
    Answer,
    BaseSource,
    Capability,
    NotFound,
    Preview,
    Terms,
)
from graph.model.music import Track, TrackId
from tests.support.crawl_context import door_to

RATE = 16_000


def encoded(samples: np.ndarray, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples.astype("float32"), rate, format="MP3")
    return file.getvalue()


@cache
def made_clip(seed: str, seconds: float = 1.5) -> bytes:
    """A clip of its own sound for each seed."""
    rng = np.random.default_rng(abs(hash_of(seed)))
    return encoded(rng.standard_normal(int(seconds * RATE)) * 0.1)


def hash_of(text: str) -> int:
    return int.from_bytes(text.encode(), "big") % (2**32)


class ClipServer:
    """Serves a clip for each track, or what `replies` says instead.

    Attributes:
        replies: By track: replies to give in turn, the last one for ever.
        fetched: How often each track's clip was asked for.
        after: Called with the number of each request before it is answered.
    """

    def __init__(self) -> None:
        self.replies: dict[str, list[AudioResponse]] = {}
        self.fetched: Counter[str] = Counter()
        self.after = lambda number: None
        self.address = ""
        self._lock = threading.Lock()

    def reply(self, track: str) -> AudioResponse:
        with self._lock:
            turn = self.fetched[track]
            self.fetched[track] += 1
            number = self.fetched.total()
        self.after(number)
        planned = self.replies.get(track)
        if planned:
            return planned[min(turn, len(planned) - 1)]
        return AudioResponse(200, "audio/mpeg", made_clip(track))

    def says(self, track: str, body: bytes, kind: str = "audio/mpeg") -> None:
        self.replies[track] = [AudioResponse(200, kind, body)]

    def refuses(self, track: str, *statuses: int) -> None:
        self.replies[track] = [AudioResponse(s, "text/plain", b"no") for s in statuses]
        self.replies[track].append(AudioResponse(200, "audio/mpeg", made_clip(track)))


def _handler(server: ClipServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            reply = server.reply(self.path.removeprefix("/clip/").partition("?")[0])
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_):
            pass

    return Handler


@contextmanager
def clip_server() -> Iterator[ClipServer]:
    served = ClipServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    served.address = f"http://127.0.0.1:{http.server_port}"
    try:
        yield served
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


class Previews(BaseSource):
    """Mints links to a clip server.

    Attributes:
        isrcs, release_dates: What `/track` states, by track.
        silent: Tracks for which no preview is offered; `unknown`: that are not known.
        minted: How many links each track got.
    """

    def __init__(self, address: str, terms: Terms = INVENTED_MUSIC) -> None:
        self.name = "deezer"
        self.capabilities = {Capability.PREVIEWS: 1}
        self._address = address
        self._terms = terms
        self.isrcs: dict[str, str] = {}
        self.release_dates: dict[str, str] = {}
        self.silent: set[str] = set()
        self.unknown: set[str] = set()
        self.minted: Counter[str] = Counter()

    @property
    def terms(self) -> Terms:
        return self._terms

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:
        self.minted[track] += 1
        if track in self.unknown:
            return NotFound({"deezer": 1})
        url = f"{self._address}/clip/{track}?token={self.minted[track]}"
        as_is = Track(
            track,
            "",
            "deezer",
            isrc=self.isrcs.get(track),
            release_date=self.release_dates.get(track),
        )
        offered = None if track in self.silent else url
        return Answer(Preview(as_is, offered), {"deezer": 1})


def audio_door(address: str) -> PreviewDoor:
    return PreviewDoor(door_to(address))
