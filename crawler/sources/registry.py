"""The music services: what there is, where it is, and how fast it may be asked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit

from crawler.errors import CrawlError, SettingsError
from crawler.http.client import Account, HttpClient, Service
from crawler.http.urls import is_loopback, is_web, shown
from crawler.sources.base import Source
from crawler.sources.deezer.source import DeezerSource
from crawler.sources.musicbrainz.source import BulkGenres
from crawler.text import nearest


def _spotify(client: HttpClient) -> Source:
    # spotipy takes 0.2 s to import, and few runs ask Spotify.
    from crawler.sources.spotify.source import SpotifySource  # noqa: PLC0415  only where it is needed: --help stays quick

    return SpotifySource(client)


# "listenbrainz" is asked by "musicbrainz", and has no questions of its own yet.
SOURCES: Mapping[str, Callable[[HttpClient], Source]] = MappingProxyType(
    {"deezer": DeezerSource, "musicbrainz": BulkGenres, "spotify": _spotify}
)

# The services that a source asks.
SERVICES_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "deezer": ("deezer",),
        "musicbrainz": ("musicbrainz", "listenbrainz"),
        "spotify": ("spotify", "spotify-token"),
    }
)

# Where previews come from, by source: another host than its API, with no limit that is
# written anywhere.
PREVIEWS = "deezer-previews"
PREVIEWS_OF: Mapping[str, str] = MappingProxyType(
    {"deezer": PREVIEWS, "spotify": "spotify-previews"}
)
_SOURCE_OF = {service: source for source, service in PREVIEWS_OF.items()}

# Limits: developers.deezer.com/api ("50 requests / 5 seconds"), musicbrainz.org/doc/
# MusicBrainz_API/Rate_Limiting (one a second), ListenBrainz' X-RateLimit headers.
# Spotify counts over 30 seconds and says no number (developer.spotify.com/documentation/
# web-api/concepts/rate-limits): three a second is what many report as safe.
SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        service.name: service
        for service in (
            Service("deezer", "https://api.deezer.com", 50, 5),
            Service("musicbrainz", "https://musicbrainz.org", 1, 1, wants_contact=True),
            Service("listenbrainz", "https://api.listenbrainz.org", 30, 10),
            Service("spotify", "https://api.spotify.com", 90, 30),
            Service("spotify-token", "https://accounts.spotify.com/api/token", 1, 1),
            Service(PREVIEWS, "https://cdnt-preview.dzcdn.net", 20, 1),
            Service(PREVIEWS_OF["spotify"], "https://p.scdn.co", 20, 1),
        )
    }
)
# Services that state no limit: whoever was given a larger one may set it.
_WITHOUT_LIMIT = frozenset({*_SOURCE_OF, "spotify", "spotify-token"})


def make_source(name: str, client: HttpClient) -> Source:
    """The source of that name.

    Raises:
        CrawlError: There is none; the nearest name is told.
    """
    if name not in SOURCES:
        raise CrawlError(
            f'there is no source "{name}"; {nearest(name, tuple(SOURCES))}',
            hint="`genregraph probe` shows all sources.",
        )
    return SOURCES[name](client)


def service_settings(
    addresses: Mapping[str, str],
    paces: Mapping[str, tuple[int, float]],
    account: Account = Account(),  # noqa: B008 - a frozen value
) -> tuple[Service, ...]:
    """All services, with the addresses and paces (requests, seconds) that were set.

    Previews lie where their source says, so they go without a limit when that is asked
    on this machine and nobody set another pace. The account is Spotify's.

    Raises:
        SettingsError: An address or pace that cannot be used, or of no service; a
            service's own address with a faster pace than the service allows.
    """
    for name in (*addresses, *paces):
        if name not in SERVICES:
            what = f'there is no service "{name}"; {nearest(name, tuple(SERVICES))}'
            raise SettingsError(what)
    made = (_service(name, addresses, paces) for name in SERVICES)
    return tuple(
        replace(one, account=account) if one.name == "spotify" else one for one in made
    )


def _service(
    name: str, addresses: Mapping[str, str], paces: Mapping[str, tuple[int, float]]
) -> Service:
    service = SERVICES[name]
    address = addresses.get(name, service.base_url)
    requests, seconds = paces.get(name, (service.requests, service.seconds))
    source = _SOURCE_OF.get(name)
    if source and name not in paces and is_loopback(addresses.get(source, "")):
        requests = 0
    if not is_web(address):
        raise SettingsError(
            f"the address of {name}, {shown(address)}, is none of the web",
            hint="Write it with http:// or https:// and a host.",
        )
    if requests < 0 or seconds <= 0:
        raise SettingsError(
            f"{name} cannot be asked {requests} times in {seconds:g} seconds",
            hint="Write a positive number of seconds, and 0 requests for no limit.",
        )
    # These addresses are often written with the version of the web service.
    version = {"musicbrainz": "/ws/2", "spotify": "/v1"}.get(name, "")
    address = address.rstrip("/").removesuffix(version)
    asked = replace(service, base_url=address, requests=requests, seconds=seconds)
    _refuse_haste(asked)
    return asked


def is_official(service: Service) -> bool:
    """Whether a service is asked where everybody asks it, and not at a mirror.

    >>> is_official(SERVICES["deezer"])
    True
    """
    host = _host(service.base_url)
    official = _host(SERVICES[service.name].base_url)
    return host == official or host.endswith(f".{official}")


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").lower().rstrip(".")


def _refuse_haste(service: Service) -> None:
    """The limit is the service's, and who breaks it is shut out; some state none."""
    limit = SERVICES[service.name]
    if service.name in _WITHOUT_LIMIT or not is_official(service):
        return
    allowed = limit.requests * service.seconds
    if service.requests == 0 or service.requests * limit.seconds > allowed:
        plural = "" if limit.requests == 1 else "s"
        raise SettingsError(
            f"{service.name} at {_host(service.base_url)} allows {limit.requests} "
            f"request{plural} in {limit.seconds:g} s, and the pace that is set, "
            f"{service.requests} in {service.seconds:g} s, is faster",
            hint="Take `requests` and `seconds` out of .genregraph/config.toml: "
            "only a mirror of your own may be asked faster.",
        )
