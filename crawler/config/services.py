"""The settings of services: addresses, paces, and what Spotify needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.config.file import SERVICES, Table, table_in, text_in
from crawler.errors import SettingsError

_MARKET = "US"


@dataclass(frozen=True, slots=True)
class RateSettings:
    """At most `requests` in any `seconds`."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where a service is and how fast it may be asked; None: as its adapter knows it."""

    url: str | None = None
    pace: RateSettings | None = None


@dataclass(frozen=True, slots=True)
class SpotifySettings:
    """Credentials of a Spotify application.

    Attributes:
        market: The country whose catalogue is meant; a track that nobody may hear there
            has no preview.
    """

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    token_url: str | None = None
    market: str = _MARKET


def services_in(
    environ: Mapping[str, str], table: Table
) -> Mapping[str, ServiceSettings]:
    """What is set for each service, where anything is."""
    found = {name: _service(name, environ, table) for name in SERVICES}
    return {name: one for name, one in found.items() if one != ServiceSettings()}


def _service(name: str, environ: Mapping[str, str], table: Table) -> ServiceSettings:
    variable = f"GENREGRAPH_{name.upper()}_URL"
    own = table_in(table_in(table, "sources"), name)
    url = environ.get(variable, text_in(own, "url"))
    if url is not None:
        url = _checked_url(url, variable if variable in environ else f"sources.{name}")
    if not own.keys() & {"requests", "seconds"}:
        return ServiceSettings(url)
    pace = _pace(name, own)
    return ServiceSettings(url, pace if _is_of(own, url) else None)


def _is_of(own: Table, url: str | None) -> bool:
    """Whether the pace in a service's table is meant for the address that is asked."""
    beside = text_in(own, "url")
    return beside is None or beside.rstrip("/") == url


def _pace(name: str, own: Table) -> RateSettings:
    requests, seconds = own.get("requests", 1), own.get("seconds", 1)
    if not isinstance(requests, int) or not isinstance(seconds, int | float):
        raise SettingsError(f"the pace of {name} is not made of numbers")
    if requests < 1 or seconds <= 0:
        raise SettingsError(
            f"the pace of {name} is {requests} requests in {seconds} seconds",
            hint="Both must be above 0.",
        )
    return RateSettings(requests, float(seconds))


def _checked_url(url: str, origin: str) -> str:
    if not url.startswith(("http://", "https://")) or not has_host(url):
        raise SettingsError(
            f"the address in {origin} is no http:// or https:// address",
            hint="Write it whole, such as http://127.0.0.1:8080.",
        )
    if "@" in urlsplit(url).netloc:
        raise SettingsError(
            f"the address in {origin} holds a user name or password",
            hint="Write it without.",
        )
    return url.rstrip("/")


def spotify_in(environ: Mapping[str, str], table: Table) -> SpotifySettings:
    """The app, the market and where its tokens come from."""
    token_url = environ.get("GENREGRAPH_SPOTIFY_TOKEN_URL")
    if token_url is not None:
        token_url = _checked_url(token_url, "GENREGRAPH_SPOTIFY_TOKEN_URL")
    return SpotifySettings(
        environ.get("SPOTIPY_CLIENT_ID", text_in(table, "spotify", "client_id")),
        environ.get(
            "SPOTIPY_CLIENT_SECRET", text_in(table, "spotify", "client_secret")
        ),
        token_url,
        _market(environ, table),
    )


def _market(environ: Mapping[str, str], table: Table) -> str:
    named = environ.get(
        "GENREGRAPH_SPOTIFY_MARKET", text_in(table, "spotify", "market")
    )
    market = (named or _MARKET).upper()
    if not re.fullmatch("[A-Z]{2}", market):
        raise SettingsError(
            "the market of Spotify is no country code",
            hint='Write two letters, such as "US" or "DE".',
        )
    return market


def has_host(address: str) -> bool:
    """Whether an address names a host, and a port that can be one."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
