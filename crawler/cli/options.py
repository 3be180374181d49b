"""The options that commands share, and what they open.

How a command file looks (`crawler/cli/<name>.py`, its name and one line of help in
`crawler/cli/table.py`; it is imported only when its command is used, so it may
import what it needs at its head):

    app = typer.Typer()          # a group (`query list`): the module's whole app


    @app.command()
    def select(
        recipe: RecipeArgument,
        *,
        store: StoreOption = None,
        output_format: FormatOption = None,
        as_json: JsonOption = False,
        quiet: QuietOption = False,
    ) -> None:
        \"\"\"Choose the artists and tracks of each class.

        What is safe to do, and an example.
        \"\"\"
        with open_session(store, quiet=quiet) as session:
            funnel = run_policy(session.store, read_recipe(recipe))
        emit(("stage", "count"), funnel, chosen_format(output_format, as_json=as_json))

Parse, open, call, emit: nothing else. Data goes to stdout by `crawler.output.emit`,
all other words to `session.progress`. Errors of ours are raised and left alone:
`crawler.cli.main` says them. A status other than 0 is `raise typer.Exit(Status.X)`.
Bad usage that typer cannot see is `raise typer.BadParameter("a lower-case clause")`.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from crawler.cli.statuses import Status
from crawler.clock import Clock, SystemClock
from crawler.config import (
    CONFIG_FILE,
    Flags,
    Settings,
    load_settings,
    process_environment,
)
from crawler.output import Format
from crawler.progress import Progress, TerminalProgress, progress_on
from graph.store import Store

__all__ = [
    "FormatOption",
    "JsonOption",
    "QuietOption",
    "RecipeArgument",
    "Session",
    "Status",
    "StoreOption",
    "chosen_format",
    "open_graph",
    "open_session",
    "open_workplace",
    "settings_in_force",
    "stop_on_interrupt",
    "store_line",
]

RecipeArgument = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="The recipe, a TOML file.")
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URI|FOLDER",
        help="The graph's store: a Bolt address, or a folder for the embedded one.",
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format", help="How to write to stdout. [default: table, in a pipe csv]"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Leave out the progress.")
]


def chosen_format(output_format: Format | None, *, as_json: bool) -> Format | None:
    """What `--format` and `--json` say together; None where they say nothing.

    Raises:
        typer.BadParameter: They contradict each other.
    """
    if as_json and output_format not in (None, Format.JSON):
        raise typer.BadParameter(
            f"--json and --format {output_format} contradict each other"
        )
    return Format.JSON if as_json else output_format


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a command needs that works without a store."""

    settings: Settings
    progress: Progress
    clock: Clock


@dataclass(frozen=True, slots=True)
class Session:
    """What a command needs that works on a store."""

    settings: Settings
    progress: Progress
    clock: Clock
    store: Store


def settings_in_force(store: str | None = None) -> Settings:
    """The settings of this run, with `--store` as given."""
    return load_settings(Flags(store), process_environment(), CONFIG_FILE)


@contextmanager
def open_workplace(
    store: str | None = None, *, quiet: bool = False
) -> Iterator[Workplace]:
    """Settings, a progress that suits stderr, and the machine's clock."""
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
    """A workplace with its store open; the first line on stderr says which and why.

    `create` and `adopt` are those of `graph.opening.open_store`: a command that only
    reads says `create=False`, and an empty place is then an error and stays empty.

    Raises:
        SettingsError: A setting that cannot be used.
        GraphError: The store cannot be opened.
    """
    with open_workplace(store, quiet=quiet) as place:
        place.progress.say(store_line(place.settings))
        with open_graph(place, create=create, adopt=adopt) as opened:
            yield Session(place.settings, place.progress, place.clock, opened)


def open_graph(
    place: Workplace,
    *,
    create: bool = True,
    adopt: bool = False,
    answered_before: bool = False,
) -> AbstractContextManager[Store]:
    """The store of a workplace: see `graph.opening.open_store`.

    When its database goes away it is waited for as long as the settings say, and the
    progress tells.
    """
    from graph.opening import open_store  # noqa: PLC0415  it brings the driver
    from graph.patience import Patience  # noqa: PLC0415  as above

    settings = place.settings.store
    return open_store(
        settings,
        clock_now=place.clock.now,
        create=create,
        adopt=adopt,
        patience=Patience(place.clock, place.progress.say, settings.wait_seconds),
        answered_before=answered_before,
    )


def store_line(settings: Settings) -> str:
    """Which store is opened and why: the first line on stderr."""
    where = settings.store.uri or settings.store.directory
    return f"store: {where} (from {settings.store_from})"


@contextmanager
def stop_on_interrupt(progress: Progress) -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one is a `KeyboardInterrupt`.

    What runs inside looks at the event, finishes what is on the way and returns.
    The command then ends with `raise typer.Exit(Status.INTERRUPTED)`.
    """
    stop = threading.Event()

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.set()
        # Not from here: the progress may be writing, and holds its lock.
        threading.Thread(target=progress.say, args=(_STOPPING,), daemon=True).start()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


_STOPPING = "finishing what is on the way; press Ctrl-C again to stop now"
