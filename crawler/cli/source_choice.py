"""What commands share that look at a source: the client, and the source by its name."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from crawler.cli.session import Workplace, stop_on_interrupt
from crawler.cli.wiring import make_http_client
from crawler.errors import CrawlError, UnsupportedError
from crawler.http.client import HttpClient
from crawler.sources.base import Capability, Source
from crawler.sources.registry import SOURCES, make_source
from crawler.text import nearest

# Nobody waits longer for a look.
MAX_WAIT_MINUTES = 0.5

DOES = {
    Capability.SEARCH: "find artists by name",
    Capability.RELATED: "name related artists",
    Capability.TRACKS: "name tracks of an artist",
    Capability.ALBUMS: "list releases of an artist",
    Capability.PLAYLISTS: "find playlists",
    Capability.BY_GENRE: "list its genres",
}


@contextmanager
def open_look(place: Workplace) -> Iterator[HttpClient]:
    """A client for a few questions; Ctrl-C ends a wait at it. No store is opened."""
    with stop_on_interrupt(place.progress) as stop:
        yield make_http_client(
            place.settings,
            clock=place.clock,
            progress=place.progress,
            stop=stop,
            max_wait_minutes=MAX_WAIT_MINUTES,
        )


def source_named(name: str, client: HttpClient) -> Source:
    """A source that a person named on the command line.

    Raises:
        typer.BadParameter: There is none; the nearest name is told.
    """
    if name not in SOURCES:
        raise typer.BadParameter(
            f'there is no source "{name}"; {nearest(name, tuple(SOURCES))}'
        )
    return make_source(name, client)


def able_sources(capability: Capability, client: HttpClient) -> tuple[str, ...]:
    """The sources that can do something, as far as they can be made without a question."""
    return tuple(name for name in SOURCES if _is_able(name, capability, client))


def require(source: Source, capability: Capability, client: HttpClient) -> None:
    """Refuse what a source never does, and name those that do it.

    Raises:
        UnsupportedError: The source does not declare it.
    """
    if capability in source.capabilities:
        return
    able = [name for name in able_sources(capability, client) if name != source.name]
    names = " or ".join(f'"{name}"' for name in able)
    raise UnsupportedError(
        source.name,
        f"cannot {DOES[capability]}",
        hint=f"{names} can: say --source, or give an id of its own."
        if able
        else "No source can.",
    )


def _is_able(name: str, capability: Capability, client: HttpClient) -> bool:
    try:
        return capability in make_source(name, client).capabilities
    except CrawlError:  # such as one that lacks credentials
        return False
