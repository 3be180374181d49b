"""What commands work with: settings, progress, clock, store and Ctrl-C."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import FrameType

from crawler.clock import Clock, StopSignal, SystemClock
from crawler.config.settings import (
    CONFIG_FILE,
    Flags,
    Settings,
    load_settings,
    process_environment,
)
from crawler.console.progress import Progress, TerminalProgress, progress_on
from crawler.recipe.model import Recipe, recipe_from_json
from graph.store import Store


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a command without a store needs."""

    settings: Settings
    progress: Progress
    clock: Clock


@dataclass(frozen=True, slots=True)
class Session:
    """What a command on a store needs."""

    settings: Settings
    progress: Progress
    clock: Clock
    store: Store


def settings_in_force(store: str | None = None) -> Settings:
    """The settings of this run; `store` is the value of `--store`."""
    return load_settings(Flags(store), process_environment(), CONFIG_FILE)


@contextmanager
def open_workplace(
    store: str | None = None, *, quiet: bool = False
) -> Iterator[Workplace]:
    """Open the settings, a progress that suits stderr, and the machine's clock."""
    clock = SystemClock()
    settings = settings_in_force(store)
    progress = progress_on(sys.stderr, clock, quiet=quiet)
    for note in settings.notes:
        progress.say(f"note: {note}")
    try:
        yield Workplace(settings, progress, clock)
    finally:
        if isinstance(progress, TerminalProgress):
            progress.close()


@contextmanager
def open_session(
    store: str | None = None,
    *,
    quiet: bool = False,
    create: bool = True,
    adopt: bool = False,
) -> Iterator[Session]:
    """Open a workplace and its store; the first line on stderr names the store.

    `create` and `adopt` are those of `graph.opening.open_configured_store`: a command that only
    reads passes `create=False`, so that a missing store is an error and stays missing.

    Raises:
        SettingsError: A setting cannot be used.
        GraphError: The store cannot be opened.
    """
    with open_workplace(store, quiet=quiet) as workplace:
        workplace.progress.say(store_line(workplace.settings))
        with open_graph(workplace, create=create, adopt=adopt) as opened:
            yield Session(
                workplace.settings, workplace.progress, workplace.clock, opened
            )


def open_graph(
    workplace: Workplace,
    *,
    create: bool = True,
    adopt: bool = False,
    answered_before: bool = False,
) -> AbstractContextManager[Store]:
    """Open the store of a workplace: see `graph.opening.open_configured_store`.

    If its database goes away, the store waits for it as long as the settings allow, and
    reports that to the progress.
    """
    from graph.bolt.reconnect import ReconnectPolicy  # noqa: PLC0415  it imports the driver
    from graph.opening import open_configured_store  # noqa: PLC0415  it imports the driver

    settings = workplace.settings.store
    return open_configured_store(
        settings,
        clock_now=workplace.clock.now,
        create=create,
        adopt=adopt,
        reconnect=ReconnectPolicy(
            workplace.clock, workplace.progress.say, settings.wait_seconds
        ),
        answered_before=answered_before,
    )


def recipe_of_crawl(store: Store) -> Recipe | None:
    """The recipe of the store's crawl, or None where the store holds no crawl."""
    crawl = store.crawl()
    return None if crawl is None else recipe_from_json(crawl.recipe)


def store_line(settings: Settings) -> str:
    """The first line on stderr: which store is opened, and where that is set."""
    where = settings.store.uri or settings.store.directory
    return f"store: {where} (from {settings.store_from})"


@contextmanager
def stop_on_interrupt(progress: Progress) -> Iterator[StopSignal]:
    """An event that the first Ctrl-C sets; the second one is a `KeyboardInterrupt`.

    The code inside checks the event, finishes the work on the way and returns. The
    command then ends with `raise typer.Exit(Status.INTERRUPTED)`.
    """
    stop = StopSignal()

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.interrupt()
        # Not in this thread: the progress may be writing, and then holds its lock.
        threading.Thread(target=progress.say, args=(_STOPPING,), daemon=True).start()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


_STOPPING = "finishing what is on the way; press Ctrl-C again to stop now"
