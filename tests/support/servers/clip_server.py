"""A real local server of real MP3s, and a source whose preview links point at it."""

import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import soundfile

from crawler.cli.export import PreviewClient
from crawler.export.download.audio import AudioResponse
from crawler.sources.base import (
    INVENTED_MUSIC,
    Answer,
    Capability,
    NotFound,
    Preview,
    Source,
    Terms,
)
from graph.model.music import Track, TrackId
from tests.support.crawl_context import door_to

RATE = 16_000


def encode_mp3(samples: np.ndarray, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples.astype("float32"), rate, format="MP3")
    return file.getvalue()


@cache
def make_clip(seed: str, seconds: float = 1.5) -> bytes:
    """Make a clip with a different sound for each seed."""
    rng = np.random.default_rng(abs(seed_of(seed)))
    return encode_mp3(rng.standard_normal(int(seconds * RATE)) * 0.1)


def seed_of(text: str) -> int:
    return int.from_bytes(text.encode(), "big") % (2**32)


class ClipServer:
    """Serves a clip for each track, or the reply planned in `replies`.

    Attributes:
        replies: By track: replies to give in order, the last one for all later requests.
        fetched: Number of requests for each track's clip.
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
            earlier = self.fetched[track]
            self.fetched[track] += 1
            number = self.fetched.total()
        self.after(number)
        planned = self.replies.get(track)
        if planned:
            return planned[min(earlier, len(planned) - 1)]
        return AudioResponse(200, "audio/mpeg", make_clip(track))

    def reply_with(self, track: str, body: bytes, kind: str = "audio/mpeg") -> None:
        self.replies[track] = [AudioResponse(200, kind, body)]

    def fail_first(self, track: str, *statuses: int) -> None:
        self.replies[track] = [AudioResponse(s, "text/plain", b"no") for s in statuses]
        self.replies[track].append(AudioResponse(200, "audio/mpeg", make_clip(track)))


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


class Previews(Source):
    """A source whose preview links point at a clip server.

    Attributes:
        isrcs, release_dates: Returned together with a link, by track.
        silent: Tracks without a preview.
        unknown: Tracks that are not found.
        minted: Number of links issued for each track.
    """

    def __init__(self, address: str, terms: Terms = INVENTED_MUSIC) -> None:
        self.name = "deezer"
        self.capabilities = {Capability.PREVIEWS: 1}
        self._address = address
        self.terms = terms
        self.isrcs: dict[str, str] = {}
        self.release_dates: dict[str, str] = {}
        self.silent: set[str] = set()
        self.unknown: set[str] = set()
        self.minted: Counter[str] = Counter()

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


def audio_client(address: str) -> PreviewClient:
    return PreviewClient(door_to(address), "deezer")
