"""Verified clips per second of an export, compared with bare decoding of the same files.

Off by default: `make bench`, or `python -m tests.benchmarks.bench_export [CLIPS]`. Bare
decoding means decode, check and hash in one process per core, without requests or
writes. Both are measured alternately in one run, because the speed of a machine changes
from minute to minute. The server is a separate process on this machine.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile

from crawler.clock import SystemClock
from crawler.console.progress import SilentProgress
from crawler.export.dataset import export_dataset
from crawler.export.download.audio import examine
from crawler.recipe.model import ExportRules
from graph.model.music import (
    Artist,
    ArtistId,
    ArtistLabel,
    Changes,
    HasGenre,
    Performs,
    Selection,
    Track,
    TrackId,
    TrackLabel,
)
from graph.opening import StoreSettings, open_configured_store
from graph.store import Store
from tests.support.servers.clip_server import Previews, audio_client
from tests.support.worlds.export_world import AT, LABELS, RECIPE, fill

PER_ARTIST = 5
SOUNDS = 10
RATE = 44_100
BENCHED = replace(RECIPE, export=ExportRules(tracks_per_artist=PER_ARTIST))


def make_clips(folder: Path, count: int) -> list[Path]:
    """Make clips like Deezer's: 30 s, 44.1 kHz, stereo, 128 kbit/s; they differ by a tag."""
    rng = np.random.default_rng(2026)
    time_ = np.arange(30 * RATE) / RATE
    sounds = []
    for number in range(SOUNDS):
        tones = sum(
            np.sin(2 * np.pi * rng.uniform(60, 3_000) * time_) * 0.1 for _ in range(6)
        )
        sound = tones[:, None] + rng.standard_normal((len(time_), 2)) * 0.03
        path = folder / f"sound-{number}.mp3"
        soundfile.write(
            path,
            sound.astype("float32"),
            RATE,
            format="MP3",
            bitrate_mode="CONSTANT",
            compression_level=0.7,
        )
        sounds.append(path.read_bytes())
    paths = []
    for number in range(count):
        path = folder / f"{track_id(number)}.mp3"
        comment = b"\x03n\0" + f"{number:010}".encode()
        tag = b"ID3\x04\0\0\0\0\0\x17TXXX\0\0\0\x0d\0\0" + comment
        path.write_bytes(tag + sounds[number % SOUNDS])
        paths.append(path)
    return paths


def track_id(number: int) -> TrackId:
    return TrackId(f"deezer:{number}")


def fill_and_select(store: Store, count: int) -> None:
    """Write `count` tracks, five per artist, all selected."""
    artists = [ArtistId(f"deezer:a{n:04}") for n in range(count // PER_ARTIST)]
    owner = {track_id(n): artists[n // PER_ARTIST] for n in range(count)}
    tracks = tuple(Track(t, "Song", "deezer", has_preview=True) for t in owner)
    fill(
        store,
        Changes(
            artists=tuple(Artist(a, "Band", "deezer") for a in artists),
            genres=tuple(
                HasGenre(artists[0], g, "musicbrainz", 1, 1.0) for g in LABELS
            ),
            tracks=tracks,
            performs=tuple(Performs(a, t, 1) for t, a in owner.items()),
        ),
        BENCHED,
    )
    labels = {a: LABELS[n % 3] for n, a in enumerate(artists)}
    store.replace_selection(
        Selection(BENCHED.name, "single-class", BENCHED.labels_digest(), 1, AT),
        [ArtistLabel(a, label, 1.0) for a, label in labels.items()],
        [TrackLabel(t, labels[a], 1.0) for t, a in owner.items()],
    )


def serve(folder: str) -> None:
    """Serve the clips until the input ends."""
    bodies = {p.stem: p.read_bytes() for p in Path(folder).glob("deezer*.mp3")}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = bodies[self.path.removeprefix("/clip/").partition("?")[0]]
            self.send_response(200)
            self.send_header("Content-Type", "audio/mpeg")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


@contextmanager
def server_of(folder: Path) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.bench_export",
        "serve",
        str(folder),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()


def bare_rate(pool: ProcessPoolExecutor, paths: list[Path]) -> float:
    since = time.perf_counter()
    found = list(pool.map(partial(examine, min_seconds=29), paths, chunksize=4))
    assert len({clip.sha256 for clip in found}) == len(paths)
    return len(paths) / (time.perf_counter() - since)


def export_rate(store: Store, address: str, out: Path, count: int) -> float:
    since = time.perf_counter()
    report = export_dataset(
        store,
        BENCHED,
        Previews(address),
        audio_client(address),
        out,
        clock=SystemClock(),
        progress=SilentProgress(),
        stop=threading.Event(),
    )
    assert report.clips == count
    return count / (time.perf_counter() - since)


def measure(count: int, turns: int = 3) -> list[tuple[float, float]]:
    """Return (bare, export) in clips per second, one pair per turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = make_clips(folder, count)
        settings = StoreSettings(None, None, None, None, folder / "store")
        with (
            open_configured_store(settings, clock_now=SystemClock().now) as store,
            server_of(folder) as address,
            # No fork once the store runs; warmed up before measuring.
            ProcessPoolExecutor(
                os.cpu_count(),
                get_context("spawn"),
                # Like the export's decoders: Linux shares its cores by session.
                initializer=os.setsid,
            ) as pool,
        ):
            fill_and_select(store, count)
            bare_rate(pool, paths[:8])
            return [
                (
                    bare_rate(pool, paths),
                    export_rate(store, address, folder / f"out{turn}", count),
                )
                for turn in range(turns)
            ]


def test_export_keeps_60_percent_of_bare_rate():
    pairs = measure(300)
    for bare, export in pairs:
        print(f"bare {bare:.1f}, export {export:.1f} clips/s: {export / bare:.0%}")
    assert max(export / bare for bare, export in pairs) >= 0.6


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2])
    else:
        for bare, export in measure(int(sys.argv[1]) if sys.argv[1:] else 300):
            print(f"bare {bare:.1f}, export {export:.1f} clips/s: {export / bare:.0%}")
