"""Choose a source by its name or by what it can do, and open a client to reach it."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from crawler.cli.session import Workplace, stop_on_interrupt
from crawler.cli.wiring import make_http_client
from crawler.errors import UnsupportedError
from crawler.http.client import HttpClient
from crawler.sources.base import Capability, Source
from crawler.sources.registry import make_source, services, services_with
from crawler.text import nearest

# A user who looks something up does not wait longer than this for a service.
MAX_WAIT_MINUTES = 0.5

_DESCRIPTIONS = {
    Capability.SEARCH: "find artists by name",
    Capability.RELATED: "list related artists",
    Capability.TRACKS: "list an artist's tracks",
    Capability.ALBUMS: "list an artist's releases",
    Capability.PLAYLISTS: "find playlists",
    Capability.BY_GENRE: "list its genres",
}


@contextmanager
def open_client(workplace: Workplace) -> Iterator[HttpClient]:
    """A client for a few requests, without a store; Ctrl-C ends its waits."""
    with stop_on_interrupt(workplace.progress) as stop:
        yield make_http_client(
            workplace.settings,
            clock=workplace.clock,
            progress=workplace.progress,
            stop=stop,
            max_wait_minutes=MAX_WAIT_MINUTES,
        )


def named_source(name: str, client: HttpClient) -> Source:
    """The source of a name from the command line.

    Raises:
        typer.BadParameter: There is none; the message names the nearest.
    """
    if name not in services():
        raise typer.BadParameter(
            f'there is no source "{name}"; {nearest(name, tuple(services()))}'
        )
    return make_source(name, client)


def require_capability(source: Source, capability: Capability) -> None:
    """Refuse what a source cannot do, and name the sources that can.

    Raises:
        UnsupportedError: The source does not declare the capability.
    """
    if capability in source.capabilities:
        return
    others = [name for name in services_with(capability) if name != source.name]
    names = " or ".join(f'"{name}"' for name in others)
    raise UnsupportedError(
        source.name,
        f"cannot {_DESCRIPTIONS[capability]}",
        hint=f"{names} can: name it with --source, or give one of its ids."
        if others
        else "No source can.",
    )
