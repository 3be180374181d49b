"""The file `.genregraph/config.toml`: its tables, and what each value may be.

The environment variables set the same keys, and are checked by the same rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, StrictStr

from crawler.recipe.choices import service_names
from crawler.toml_schema import Table, one_of, wrong
from graph.bolt.address import has_host, uri_mistake

# A year; more is a slip of the finger.
_LONGEST_WAIT = 365 * 86_400


def _store_address(address: str) -> str:
    """A folder, or a Bolt address without a password."""
    mistake = uri_mistake(address) if "://" in address else None
    if mistake is not None:
        raise wrong(*mistake)
    return address


def _service_url(url: str) -> str:
    if not url.startswith(("http://", "https://")) or not has_host(url):
        raise wrong(
            "is not an http:// or https:// address",
            "Write it whole, such as http://127.0.0.1:8080.",
        )
    if "@" in urlsplit(url).netloc:
        raise wrong("contains a user name or password", "Write it without.")
    return url.rstrip("/")


def _market(market: str) -> str:
    if not re.fullmatch("[A-Z]{2}", market.upper()):
        raise wrong("is not a country code", 'Write two letters, such as "US" or "DE".')
    return market.upper()


StoreAddress = Annotated[StrictStr, AfterValidator(_store_address)]
ServiceUrl = Annotated[StrictStr, AfterValidator(_service_url)]
Market = Annotated[StrictStr, AfterValidator(_market)]
Wait = Annotated[StrictFloat, Field(ge=0, le=_LONGEST_WAIT)]


@dataclass(frozen=True, slots=True)
class StoreTable(Table):
    """Where the graph is. Without an address: the embedded store's usual folder."""

    address: StoreAddress | None = None
    username: StrictStr | None = None
    password: StrictStr | None = field(default=None, repr=False)
    database: StrictStr | None = None
    wait_seconds: Wait | None = None


@dataclass(frozen=True, slots=True)
class SpotifySettings(Table):
    """A Spotify application, and what it works with.

    Attributes:
        token_url: Where its tokens come from; None for Spotify's own address.
        market: The country whose catalogue is used; a track that is not available there
            has no preview.
    """

    client_id: StrictStr | None = None
    client_secret: StrictStr | None = field(default=None, repr=False)
    token_url: ServiceUrl | None = None
    market: Market = "US"


@dataclass(frozen=True, slots=True)
class ServiceSettings(Table):
    """Where a service is, and how fast it may be requested there.

    Without an address or a pace, those that its adapter knows.
    """

    url: ServiceUrl | None = None
    requests: Annotated[StrictInt, Field(ge=1)] | None = None
    seconds: Annotated[StrictFloat, Field(gt=0)] | None = None

    @property
    def pace(self) -> tuple[int, float] | None:
        """At most so many requests in any so many seconds; None where neither is set."""
        if self.requests is None and self.seconds is None:
            return None
        requests = 1 if self.requests is None else self.requests
        return requests, 1 if self.seconds is None else self.seconds


@dataclass(frozen=True, slots=True)
class ConfigFile(Table):
    """All settings that may be in the file."""

    contact: StrictStr | None = None
    store: StoreTable = StoreTable()
    spotify: SpotifySettings = SpotifySettings()
    sources: Mapping[Annotated[str, one_of(service_names)], ServiceSettings] = field(
        default_factory=dict
    )


def _url_of(service: str) -> str:
    return f"GENREGRAPH_{service.upper()}_URL"


# The environment variables and the keys that they set; of several for one key the last.
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "NEO4J_URI": ("store", "address"),
    "NEO4J_USERNAME": ("store", "username"),
    "NEO4J_PASSWORD": ("store", "password"),
    "NEO4J_DATABASE": ("store", "database"),
    "GENREGRAPH_STORE": ("store", "address"),
    "GENREGRAPH_STORE_WAIT_SECONDS": ("store", "wait_seconds"),
    "GENREGRAPH_CONTACT": ("contact",),
    **{_url_of(name): ("sources", name, "url") for name in service_names()},
    "GENREGRAPH_SPOTIFY_TOKEN_URL": ("spotify", "token_url"),
    "GENREGRAPH_SPOTIFY_MARKET": ("spotify", "market"),
    "SPOTIPY_CLIENT_ID": ("spotify", "client_id"),
    "SPOTIPY_CLIENT_SECRET": ("spotify", "client_secret"),
}
