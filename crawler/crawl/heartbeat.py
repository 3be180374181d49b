"""Being at work on a crawl: a sign of life now and then, and who begins."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import StoppedError
from graph.errors import GraphError
from graph.model.workers import Worker
from graph.store import CrawlStore

# A lease outlives two signs of life that do not come through.
SIGNS_PER_LEASE = 3

# Who waits for another worker looks again after so many seconds.
LOOK_AGAIN_SECONDS = 0.5


@contextmanager
def at_work(store: CrawlStore, worker: Worker) -> Iterator[None]:
    """Say to the store that this worker is there, until the end; then give back all.

    What it holds is free as soon as it leaves, or when it has given no sign of life for
    as long as its lease.
    """
    store.join(worker)
    gone = threading.Event()
    signs = threading.Thread(
        target=_give_signs, args=(store, worker, gone), name="signs", daemon=True
    )
    signs.start()
    try:
        yield
    finally:
        gone.set()
        signs.join(timeout=1.0)
        # Where the store is away, the lease runs out by itself.
        with suppress(GraphError):
            store.leave(worker)


def _give_signs(store: CrawlStore, worker: Worker, gone: threading.Event) -> None:
    """By the machine's own time: the lease runs by the server's, whatever ours is."""
    while not gone.wait(worker.lease_seconds / SIGNS_PER_LEASE):
        with suppress(GraphError):  # the writer meets the same trouble, and tells it
            if not store.renew(worker) and not gone.is_set():
                store.join(replace(worker, alone=False))


@contextmanager
def first_in_line(
    store: CrawlStore,
    worker: Worker,
    clock: Clock,
    progress: Progress,
    stop: threading.Event,
) -> Iterator[None]:
    """Begin a crawl, or go on with it, while no other worker does.

    Raises:
        StoppedError: The person pressed Ctrl-C while another worker began.
    """
    told = worker.name
    while (beginner := store.begins(worker)) != worker.name:
        if beginner != told:
            progress.say(f"waiting for worker {beginner}, who begins the crawl")
            told = beginner
        if stop.is_set():
            raise StoppedError(f"stopped while worker {beginner} began the crawl")
        clock.sleep(LOOK_AGAIN_SECONDS, until=stop)
    try:
        yield
    finally:
        with suppress(GraphError):
            store.has_begun(worker)
