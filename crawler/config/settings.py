"""The settings of one run: flags, then environment, then `.genregraph/config.toml`.

What decides a data set is in its recipe; here is only where things are: the store,
the services, who we are. The only reader of the environment. From here pieces go
down, never the whole.

A pace stands in the file only. Beside a `url` it is the pace of that address: where the
environment names another one, the service's usual pace holds. Without a `url` it is the
pace of the service wherever it is asked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.config.file import SERVICES, Table, number_in, read_config, text_in
from crawler.config.services import (
    ServiceSettings,
    SpotifySettings,
    has_host,
    services_in,
    spotify_in,
)
from crawler.errors import SettingsError
from crawler.text import nearest

if TYPE_CHECKING:
    from graph.opening import StoreSettings

CONFIG_FILE = Path(".genregraph/config.toml")
DEFAULT_DIRECTORY = Path(".genregraph/store")
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")

_VARIABLES = (
    "GENREGRAPH_STORE",
    "GENREGRAPH_STORE_WAIT_SECONDS",
    "GENREGRAPH_CONTACT",
    *(f"GENREGRAPH_{name.upper()}_URL" for name in SERVICES),
    "GENREGRAPH_SPOTIFY_TOKEN_URL",
    "GENREGRAPH_SPOTIFY_MARKET",
)
_SECRETS = ("NEO4J_PASSWORD", "SPOTIPY_CLIENT_SECRET")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line said; None where it said nothing."""

    store: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run.

    Attributes:
        store: Which store to open.
        store_from: Where that came from, in words ("NEO4J_URI", "the default").
        services: By name; a service without settings of its own is not in it.
        contact: Who crawls, for the User-Agent: MusicBrainz wants an address.
        proxies: As `requests` takes them: "http", "https", "all" and "no".
        notes: What looks like a mistake and is no reason to stop.
    """

    store: StoreSettings
    store_from: str = "the default"
    services: Mapping[str, ServiceSettings] = field(default_factory=dict)
    spotify: SpotifySettings = field(default_factory=SpotifySettings)
    contact: str | None = None
    proxies: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def service(self, name: str) -> ServiceSettings:
        """What was set for one service; an empty `ServiceSettings` where nothing was."""
        return self.services.get(name, ServiceSettings())


def process_environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ


def load_settings(
    flags: Flags, environ: Mapping[str, str], file: Path | None = None
) -> Settings:
    """The settings in force: flags beat environment beats file beats defaults.

    A file that does not exist is an empty one; an empty variable is one not set.

    Raises:
        SettingsError: All that is wrong with the file, or an address that cannot
            be used. No secret is in its words.
    """
    environ = {name: value for name, value in environ.items() if value}
    table = read_config(file) if file is not None else {}
    store, store_from = _store(flags, environ, table, file)
    return Settings(
        store=store,
        store_from=store_from,
        services=services_in(environ, table),
        spotify=spotify_in(environ, table),
        contact=environ.get("GENREGRAPH_CONTACT", text_in(table, "contact")),
        proxies=_proxies(environ),
        notes=_notes(environ),
    )


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """The text without the passwords of addresses and the secrets of the environment.

    >>> without_secrets("no answer from bolt://neo4j:letmein@db:7687", {})
    'no answer from bolt://***@db:7687'
    """
    text = re.sub(r"(\w://)[^/\s@]*:[^/\s]*@", r"\1***@", text)
    for name in _SECRETS:
        if secret := environ.get(name):
            text = text.replace(secret, "***")
    return text


def _store(
    flags: Flags, environ: Mapping[str, str], table: Table, file: Path | None
) -> tuple[StoreSettings, str]:
    candidates = (
        (flags.store, "--store"),
        (environ.get("GENREGRAPH_STORE"), "GENREGRAPH_STORE"),
        (environ.get("NEO4J_URI"), "NEO4J_URI"),
        (text_in(table, "store", "address"), str(file)),
    )
    for address, origin in candidates:
        if address:
            return _store_at(address, origin, environ, table), origin
    return _folder(DEFAULT_DIRECTORY), "the default"


def _folder(directory: Path) -> StoreSettings:
    # It brings the driver, and a misspelt command need not wait for that.
    from graph.opening import StoreSettings  # noqa: PLC0415  only where it is needed: --help stays quick

    return StoreSettings(None, None, None, None, directory)


def _store_at(
    address: str, origin: str, environ: Mapping[str, str], table: Table
) -> StoreSettings:
    if "://" not in address:
        return _folder(Path(address).expanduser())
    _check_store_address(address, origin)
    password = environ.get("NEO4J_PASSWORD", text_in(table, "store", "password"))
    user = environ.get("NEO4J_USERNAME", text_in(table, "store", "username"))
    from graph.opening import StoreSettings  # noqa: PLC0415  only where it is needed: --help stays quick

    return StoreSettings(
        uri=address,
        # A fresh Neo4j has one user, and it is called this.
        user=user or ("neo4j" if password else None),
        password=password,
        database=environ.get("NEO4J_DATABASE", text_in(table, "store", "database")),
        directory=DEFAULT_DIRECTORY,
        wait_seconds=_wait_seconds(environ, table),
    )


def _wait_seconds(environ: Mapping[str, str], table: Table) -> float:
    from graph.bolt.reconnect import WAIT_SECONDS  # noqa: PLC0415  only where it is needed: --help stays quick

    name = "GENREGRAPH_STORE_WAIT_SECONDS"
    named = environ.get(name)
    try:
        found = (
            number_in(table, "store", "wait_seconds") if named is None else float(named)
        )
    except ValueError:
        found = -1
    seconds = WAIT_SECONDS if found is None else found
    if not 0 <= seconds < float("inf"):
        origin = "store.wait_seconds" if named is None else name
        raise SettingsError(
            f"the wait for the store in {origin} is no number of seconds",
            hint="Write a number from 0, such as 120; 0 waits for nothing.",
        )
    return seconds


def _check_store_address(address: str, origin: str) -> None:
    if "@" in address or re.search(r"[?&]\w*pass", address, re.IGNORECASE):
        raise SettingsError(
            f"the store's address in {origin} holds a user name or password",
            hint="Write it without, and set NEO4J_USERNAME and NEO4J_PASSWORD.",
        )
    scheme = address.partition("://")[0]
    if scheme not in SCHEMES:
        raise SettingsError(
            f'the store\'s address in {origin} begins with "{scheme}://"; '
            + nearest(scheme, SCHEMES),
            hint="Write a Bolt address such as bolt://localhost:7687, or a folder.",
        )
    if not has_host(address):
        raise SettingsError(
            f"the store's address in {origin} names no host or no usable port",
            hint="Write a Bolt address such as bolt://localhost:7687, or a folder.",
        )


def _proxies(environ: Mapping[str, str]) -> Mapping[str, str]:
    both = {name: environ.get(name, environ.get(name.upper())) for name in _PROXIES}
    return {name.removesuffix("_proxy"): url for name, url in both.items() if url}


def _notes(environ: Mapping[str, str]) -> tuple[str, ...]:
    ours = (name for name in sorted(environ) if name.startswith("GENREGRAPH_"))
    return tuple(
        f"{name} is no setting of ours; {nearest(name, _VARIABLES)}"
        for name in ours
        if name not in _VARIABLES and not name.startswith("GENREGRAPH_TEST_")
    )
