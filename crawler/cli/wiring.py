"""The services of one run: the HTTP client, and the sources for a recipe's roles."""

import random
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.console.progress import Progress
from crawler.http.client import HttpClient, new_session
from crawler.http.send_lease import SendLease
from crawler.http.service import HttpService, configure
from crawler.recipe.model import Recipe, recipe_from_json
from crawler.sources.base import Source, Terms
from crawler.sources.registry import (
    http_services,
    make_source,
    service_entry,
    services,
)
from crawler.sources.roles import SourceRoles
from graph.store import Store


def services_in_force(settings: Settings) -> tuple[HttpService, ...]:
    """All services, with the addresses and paces of the settings."""
    addresses = {
        name: one.url for name, one in settings.services.items() if one.url is not None
    }
    paces = {
        name: one.pace
        for name, one in settings.services.items()
        if one.pace is not None
    }
    accounts = {
        services()[name].http[0].name: account
        for name, account in settings.accounts.items()
    }
    return configure(http_services().values(), addresses, paces, accounts)


def longest_window(recipe: Recipe, settings: Settings) -> float:
    """The longest window (seconds) in which a service of the crawl counts requests."""
    roles = recipe.sources
    sources = {roles.related, *roles.genres, roles.tracks}
    names = {service.name for one in sources for service in service_entry(one).http}
    return max(
        (
            service.seconds
            for service in services_in_force(settings)
            if service.name in names and service.requests
        ),
        default=0.0,
    )


def services_notes(settings: Settings, sources: Iterable[str]) -> tuple[str, ...]:
    """What services of these sources require and is not set: one sentence each."""
    contact = settings.contact or ""
    # A mail address, or a page on the web.
    if "@" in contact or "http" in contact:
        return ()
    names = {service.name for name in sources for service in service_entry(name).http}
    return tuple(
        f"{service.name} wants an address of yours in each request: "
        "set GENREGRAPH_CONTACT, such as you@example.org"
        for service in services_in_force(settings)
        if service.name in names and service.wants_contact and service.is_official
    )


def access_notes(recipe: Recipe) -> tuple[str, ...]:
    """What an estimate assumes about your accounts: one sentence each."""
    entries = (service_entry(name) for name in recipe.sources.names)
    return tuple(
        f"an estimate sends no request, so it does not show whether your {entry.title} "
        "app has access; `genregraph probe RECIPE` does"
        for entry in entries
        if entry.access_varies
    )


def make_http_client(
    settings: Settings,
    *,
    clock: Clock,
    progress: Progress,
    stop: threading.Event,
    max_wait_minutes: float,
    lease: SendLease | None = None,
) -> HttpClient:
    """The one client to the web, for the services of the settings.

    With a `lease` it sends requests only while the lease is valid.
    """
    return HttpClient(
        new_session(),
        services_in_force(settings),
        clock,
        progress,
        max_wait_seconds=max_wait_minutes * 60,
        contact=settings.contact,
        stop=stop,
        rng=random.Random(),  # noqa: S311 - spreads retries, decides nothing
        lease=lease,
    )


def terms_of_crawl(
    store: Store, settings: Settings, clock: Clock, progress: Progress
) -> Mapping[str, Terms]:
    """The terms of the sources that give a store's crawl its relatives and genres."""
    crawl = store.crawl()
    if crawl is None:
        return {}
    roles = recipe_from_json(crawl.recipe).sources
    client = make_http_client(
        settings,
        clock=clock,
        progress=progress,
        stop=threading.Event(),
        max_wait_minutes=0,
    )
    names = dict.fromkeys((roles.related, *roles.genres))
    return {
        name: make_source(name, client).terms for name in names if name in services()
    }


def terms_notes(terms: Mapping[str, Terms], file: Path) -> tuple[str, ...]:
    """What to mind about a file that holds names, genres or relations under such terms."""
    entries = services()
    return tuple(
        f"note: {file} holds data of {name}. {one.summary} ({one.url})"
        for name, one in terms.items()
        if name in entries
        and entries[name].terms_cover_metadata
        and one == entries[name].terms
    )


def make_source_roles(recipe: Recipe, client: HttpClient) -> SourceRoles:
    """The sources of a recipe; one adapter for each name."""
    made: dict[str, Source] = {}

    def source(name: str) -> Source:
        if name not in made:
            made[name] = make_source(name, client)
        return made[name]

    roles = recipe.sources
    genres = tuple(source(name) for name in roles.genres)
    return SourceRoles(source(roles.related), genres, source(roles.tracks))


def retries(client: HttpClient) -> Mapping[str, int]:
    """Repeated requests per service, where there were any."""
    return {
        name: traffic.retried
        for name, traffic in sorted(client.request_counts().items())
        if traffic.retried
    }
