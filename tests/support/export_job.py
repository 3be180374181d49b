"""One export with everything it needs, as the export tests start it."""

import csv
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawler.clock import SystemClock
from crawler.export.dataset import ExportReport, export_dataset
from crawler.export.download.decoder_pool import Checker, DecoderPool
from crawler.recipe.model import Recipe
from graph.opening import StoreSettings, open_configured_store
from graph.store import Store
from tests.support.fakes import RecordingProgress
from tests.support.servers.clip_server import (
    ClipServer,
    Previews,
    audio_client,
    clip_server,
)
from tests.support.worlds.export_world import RECIPE, fill, select


@dataclass
class Job:
    """A store with a selection, a service, and a folder to export into."""

    store: Store
    server: ClipServer
    previews: Previews
    checker: Checker
    out: Path
    progress: RecordingProgress = field(default_factory=RecordingProgress)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, recipe: Recipe = RECIPE, **more: object) -> ExportReport:
        return export_dataset(
            self.store,
            recipe,
            self.previews,
            audio_client(self.server.address),
            self.out,
            clock=SystemClock(),
            progress=self.progress,
            stop=self.stop,
            **({"threads": 3, "checker": self.checker} | more),
        )

    def into(self, out: Path) -> "Job":
        return replace(self, out=out)

    def rows(self, name: str = "manifest.csv") -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def failed(self) -> dict[str, str]:
        return {row["id"]: row["reason"] for row in self.rows("failed.csv")}

    def ids(self) -> list[str]:
        return [row["id"] for row in self.rows()]


@contextmanager
def open_filled_store(directory: Path) -> Iterator[Store]:
    """The embedded store with music and a selection."""
    settings = StoreSettings(None, None, None, None, directory)
    with open_configured_store(settings, clock_now=SystemClock().now) as store:
        fill(store)
        select(store)
        yield store


@contextmanager
def open_job(store: Store, checker: Checker, out: Path) -> Iterator[Job]:
    with clip_server() as server:
        yield Job(store, server, Previews(server.address), checker, out)


def decoders() -> DecoderPool:
    return DecoderPool(2)


def file_hashes(out: Path) -> dict[str, str]:
    """Checksums of all files except the fetch log."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "fetch-log.csv"
    }
