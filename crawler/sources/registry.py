"""The music services: every folder of `crawler/sources` whose `service.py` has an entry.

Importing this module loads no adapter and no HTTP library: `make_source` loads the
adapter that it needs.
"""

import pkgutil
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import crawler.sources
from crawler.errors import CrawlError
from crawler.http.service import HttpService
from crawler.sources.base import Capability, Source
from crawler.sources.entry import ServiceEntry
from crawler.text import nearest
from graph.model.music import ArtistId, PlaylistId, TrackId

if TYPE_CHECKING:
    from crawler.http.client import HttpClient


@cache
def services() -> Mapping[str, ServiceEntry]:
    """The entries of all services by name, in the order of their folders."""
    names = sorted(
        m.name for m in pkgutil.iter_modules(crawler.sources.__path__) if m.ispkg
    )
    modules = (
        import_module(f"{crawler.sources.__name__}.{name}.service") for name in names
    )
    entries = (cast("ServiceEntry", module.SERVICE) for module in modules)
    return MappingProxyType({entry.name: entry for entry in entries})


@cache
def http_services() -> Mapping[str, HttpService]:
    """All services on the web by name, as they are: hosts of previews come last."""
    entries = services().values()
    found = []
    for entry in entries:
        account = {setting.key: setting.default for setting in entry.account}
        found += [replace(entry.http[0], account=account), *entry.http[1:]]
    found += [entry.previews for entry in entries if entry.previews]
    return MappingProxyType({service.name: service for service in found})


def service_entry(name: str) -> ServiceEntry:
    """The entry of one service.

    Raises:
        CrawlError: There is none of that name; the message has the nearest name.
    """
    if name not in services():
        raise CrawlError(
            f'there is no source "{name}"; {nearest(name, tuple(services()))}',
            hint="`genregraph probe` shows all sources.",
        )
    return services()[name]


def services_with(capability: Capability) -> tuple[str, ...]:
    """The names of the services that declare a capability."""
    entries = services().values()
    return tuple(entry.name for entry in entries if capability in entry.capabilities)


def make_source(name: str, client: "HttpClient") -> Source:
    """The adapter of a service, which requests through the client.

    Raises:
        CrawlError: There is none of that name; the message has the nearest name.
    """
    module, _, adapter = service_entry(name).adapter.partition(":")
    return cast("Source", getattr(import_module(module), adapter)(client))


# -- pages for people ------------------------------------------------------------


def artist_page(artist: ArtistId) -> str | None:
    """The artist's page as MusicBrainz writes it, or None where none is known.

    >>> artist_page(ArtistId("deezer:27"))
    'https://www.deezer.com/artist/27'
    """
    return _page(artist, "artist")


def playlist_page(playlist: PlaylistId) -> str | None:
    """The playlist's page, or None where none is known.

    >>> playlist_page(PlaylistId("deezer:1111"))
    'https://www.deezer.com/playlist/1111'
    """
    return _page(playlist, "playlist")


def track_page(track: TrackId) -> str | None:
    """The track's page, or None where none is known.

    >>> track_page(TrackId("deezer:3135556"))
    'https://www.deezer.com/track/3135556'
    """
    return _page(track, "track")


def artist_on(page: str, name: str) -> ArtistId | None:
    """The artist of a service whose page this is, or None.

    >>> artist_on("https://www.deezer.com/fr/artist/27", "deezer")
    'deezer:27'
    >>> artist_on("https://www.deezer.com/album/27", "deezer")
    """
    entry = services().get(name)
    if entry is None or not entry.pages.artist_pattern:
        return None
    match = re.fullmatch(entry.pages.artist_pattern, page)
    if match is None or match[1] in entry.not_artists:
        return None
    return ArtistId(f"{name}:{match[1]}")


def artist_on_any(page: str) -> ArtistId | None:
    """The artist whose page this is, whatever service it is on."""
    found = (artist_on(page, name) for name in services())
    return next((artist for artist in found if artist), None)


def _page(whole_id: str, kind: str) -> str | None:
    name, _, own = whole_id.partition(":")
    entry = services().get(name)
    page: str = getattr(entry.pages, kind) if entry else ""
    return page.format(own) if page and own else None
