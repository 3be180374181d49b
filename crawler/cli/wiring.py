"""The services of one run: the HTTP client and the sources behind a recipe's roles."""

import random
import threading
from collections.abc import Mapping
from pathlib import Path

from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.console.progress import Progress
from crawler.http.client import Account, HttpClient, Service, new_session
from crawler.http.send_lease import SendLease
from crawler.recipe.model import Recipe, recipe_from_json
from crawler.sources.base import Source, Terms
from crawler.sources.registry import SOURCES, is_official, make_source, service_settings
from crawler.sources.roles import SourceRoles
from crawler.sources.terms import METADATA_TERMS
from graph.store import Store


def services_in_force(settings: Settings) -> tuple[Service, ...]:
    """All services, with the addresses and paces of the settings."""
    addresses = {
        name: one.url for name, one in settings.services.items() if one.url is not None
    }
    paces = {
        name: one.pace
        for name, one in settings.services.items()
        if one.pace is not None
    }
    spotify = settings.spotify
    if spotify.token_url is not None:
        addresses["spotify-token"] = spotify.token_url
    account = Account(spotify.client_id, spotify.client_secret, spotify.market)
    return service_settings(addresses, paces, account)


# The services that answer for a source, where they are not called like it.
_BEHIND: Mapping[str, tuple[str, ...]] = {
    "musicbrainz": ("musicbrainz", "listenbrainz"),
    "spotify": ("spotify", "spotify-token"),
}


def longest_window(recipe: Recipe, settings: Settings) -> float:
    """The longest window (seconds) in which a service that a crawl asks counts requests."""
    roles = recipe.sources
    sources = {roles.related, *roles.genres, roles.tracks}
    names = {name for one in sources for name in _BEHIND.get(one, (one,))}
    return max(
        (
            service.seconds
            for service in services_in_force(settings)
            if service.name in names and service.requests
        ),
        default=0.0,
    )


def services_notes(settings: Settings) -> tuple[str, ...]:
    """What a service wants of whoever asks it, and was not set: one sentence each."""
    contact = settings.contact or ""
    # An address to write to: of mail, or of a page on the web.
    if "@" in contact or "http" in contact:
        return ()
    return tuple(
        f"{service.name} wants an address of yours in each request: "
        "set GENREGRAPH_CONTACT, such as you@example.org"
        for service in services_in_force(settings)
        if service.wants_contact and is_official(service)
    )


def access_notes(recipe: Recipe) -> tuple[str, ...]:
    """What an estimate takes for granted of who asks: one sentence each."""
    roles = recipe.sources
    if "spotify" not in {roles.related, *roles.genres, roles.tracks, roles.previews}:
        return ()
    note = (
        "an estimate asks nobody, so it does not tell whether your Spotify app has "
        "access; `genregraph probe RECIPE` does"
    )
    return (note,)


def make_http_client(
    settings: Settings,
    *,
    clock: Clock,
    progress: Progress,
    stop: threading.Event,
    max_wait_minutes: float,
    lease: SendLease | None = None,
) -> HttpClient:
    """The one client to the web, with the services of the settings behind it.

    With a `lease` it sends only while that is valid.
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
    """The terms of the sources that a store's crawl asks for relatives and genres."""
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
    return {name: make_source(name, client).terms for name in names if name in SOURCES}


def terms_notes(terms: Mapping[str, Terms], file: Path) -> tuple[str, ...]:
    """What to mind in a file that holds names, genres or relations under such terms."""
    return tuple(
        f"note: {file} holds what {name} said. {one.summary} ({one.url})"
        for name, one in terms.items()
        if one == METADATA_TERMS.get(name)
    )


def make_source_roles(recipe: Recipe, client: HttpClient) -> SourceRoles:
    """The sources that answer for a recipe; one source for each name."""
    made: dict[str, Source] = {}

    def source(name: str) -> Source:
        if name not in made:
            made[name] = make_source(name, client)
        return made[name]

    roles = recipe.sources
    genres = tuple(source(name) for name in roles.genres)
    return SourceRoles(source(roles.related), genres, source(roles.tracks))


def retries(client: HttpClient) -> Mapping[str, int]:
    """Requests sent again, per service, where there were any."""
    return {
        name: traffic.retried
        for name, traffic in sorted(client.traffic().items())
        if traffic.retried
    }
