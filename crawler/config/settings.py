"""The settings of one run: flags, then environment, then `.genregraph/config.toml`.

What decides a data set is in its recipe; here is only where things are: the store, the
services, the person who crawls. Only this module reads the environment. Callers pass on
single settings, never all of them.

A pace can be set in the file only. Beside a `url` it is the pace of that address: where
the environment names another one, the service's usual pace holds. Without a `url` it is
the pace of the service at any address.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.config.schema import (
    VARIABLES,
    CommonTables,
    ConfigFile,
    ServiceSettings,
    StoreTable,
    accounts_in,
)
from crawler.errors import SettingsError
from crawler.sources.registry import services
from crawler.text import nearest
from crawler.toml_schema import Lines, Mistake, NotTomlError, check, parse

if TYPE_CHECKING:
    from graph.opening import StoreSettings

CONFIG_FILE = Path(".genregraph/config.toml")
DEFAULT_DIRECTORY = Path(".genregraph/store")

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line gives; None for an option that was left out."""

    store: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run.

    Attributes:
        store: Which store to open.
        store_from: Where that came from, in words ("NEO4J_URI", "the default").
        services: By name; a service without settings of its own is not in it.
        accounts: What an account at a service needs, by service and key.
        contact: Who crawls, for the User-Agent: MusicBrainz wants an address.
        proxies: As `requests` takes them: "http", "https", "all" and "no".
        notes: What looks like a mistake and is no reason to stop.
    """

    store: StoreSettings
    store_from: str = "the default"
    services: Mapping[str, ServiceSettings] = field(default_factory=dict)
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
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
        SettingsError: Everything that is wrong with the file, or with the flags and the
            environment. No secret is in its words.
    """
    environ = {name: value for name, value in environ.items() if value}
    tables = {} if file is None else _read(file)
    from_outside = {path: name for name, path in VARIABLES.items() if name in environ}
    merged = _merged(tables, {p: environ[name] for p, name in from_outside.items()})
    if flags.store:
        merged = _merged(merged, {("store", "address"): flags.store})
        from_outside["store", "address"] = "--store"
    checked = check(ConfigFile, merged, Lines())
    if checked.mistakes:
        raise _refusal(checked.mistakes, from_outside)
    config = checked.value
    origin = str(file) if config.store.address else "the default"
    return Settings(
        store=_store(config.store),
        store_from=from_outside.get(("store", "address"), origin),
        services=_services(config, tables),
        accounts=accounts_in(config),
        contact=config.contact,
        proxies=_proxies(environ),
        notes=_notes(environ),
    )


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """The text without the passwords of addresses and the secrets of the environment.

    >>> without_secrets("no answer from bolt://neo4j:letmein@db:7687", {})
    'no answer from bolt://***@db:7687'
    """
    text = re.sub(r"(\w://)[^/\s@]*:[^/\s]*@", r"\1***@", text)
    accounts = (entry.account for entry in services().values())
    settings = (one.variable for account in accounts for one in account if one.secret)
    for name in ("NEO4J_PASSWORD", *settings):
        if secret := environ.get(name):
            text = text.replace(secret, "***")
    return text


# -- the file and the environment ------------------------------------------------


def _read(file: Path) -> Mapping[str, Any]:
    """The file's tables, without a mistake also where the environment overrides them."""
    try:
        tables, lines = parse(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except NotTomlError as error:
        raise _file_refusal(file, (error.mistake,)) from error
    if mistakes := check(ConfigFile, tables, lines).mistakes:
        raise _file_refusal(file, mistakes)
    return tables


def _file_refusal(file: Path, mistakes: tuple[Mistake, ...]) -> SettingsError:
    in_order = sorted(mistakes, key=lambda one: one.line or 0)
    hint = next((f"{one.hint} " for one in in_order if one.hint), "")
    return SettingsError(
        f"{file} cannot be used: " + "; ".join(map(str, in_order)),
        hint=f"{hint}Correct {file}, or remove it: no setting is needed.",
    )


def _merged(
    tables: Mapping[str, Any], values: Mapping[tuple[str, ...], str]
) -> dict[str, Any]:
    """The tables with these values in place of theirs."""
    merged = dict(tables)
    for (name, *inner), value in values.items():
        if inner:
            table = merged.get(name, {})
            merged[name] = _merged(table, {tuple(inner): value})
        else:
            merged[name] = _number(value) if name == "wait_seconds" else value
    return merged


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _refusal(
    mistakes: tuple[Mistake, ...], from_outside: Mapping[tuple[str, ...], str]
) -> SettingsError:
    """The mistakes under the names of the variables and options that were set."""
    clauses = [
        from_outside[one.path] + one.what.removeprefix(".".join(one.path))
        for one in mistakes
    ]
    return SettingsError("; ".join(clauses), hint=mistakes[0].hint)


# -- the values ------------------------------------------------------------------


def _store(table: StoreTable) -> StoreSettings:
    # They bring the driver, and a misspelt command need not wait for that.
    from graph.bolt.reconnect import WAIT_SECONDS  # noqa: PLC0415
    from graph.opening import StoreSettings  # noqa: PLC0415

    address, wait = table.address, table.wait_seconds
    if not address or "://" not in address:
        directory = Path(address).expanduser() if address else DEFAULT_DIRECTORY
        return StoreSettings(None, None, None, None, directory)
    return StoreSettings(
        uri=address,
        # A fresh Neo4j has one user, and it is called this.
        user=table.username or ("neo4j" if table.password else None),
        password=table.password,
        database=table.database,
        directory=DEFAULT_DIRECTORY,
        wait_seconds=WAIT_SECONDS if wait is None else wait,
    )


def _services(
    config: CommonTables, tables: Mapping[str, Any]
) -> Mapping[str, ServiceSettings]:
    """What is set for each service; a pace only where it is meant for the address."""
    found = {}
    for name, service in config.sources.items():
        beside = tables.get("sources", {}).get(name, {}).get("url")
        meant = beside is None or beside.rstrip("/") == service.url
        found[name] = (
            service if meant else replace(service, requests=None, seconds=None)
        )
    return {name: one for name, one in found.items() if one != ServiceSettings()}


def _proxies(environ: Mapping[str, str]) -> Mapping[str, str]:
    both = {name: environ.get(name, environ.get(name.upper())) for name in _PROXIES}
    return {name.removesuffix("_proxy"): url for name, url in both.items() if url}


def _notes(environ: Mapping[str, str]) -> tuple[str, ...]:
    ours = tuple(name for name in VARIABLES if name.startswith("GENREGRAPH_"))
    set_here = (name for name in sorted(environ) if name.startswith("GENREGRAPH_"))
    return tuple(
        f"{name} is not a setting of ours; {nearest(name, ours)}"
        for name in set_here
        if name not in ours and not name.startswith("GENREGRAPH_TEST_")
    )
