"""One service on the web: its address, its rate limit and the account used there.

`crawler.sources.registry` lists the services with their defaults; `configure` applies the
settings of a run. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from crawler.errors import SettingsError
from crawler.http.urls import is_loopback, is_web, shown
from crawler.text import nearest


@dataclass(frozen=True, slots=True)
class HttpService:
    """One service: its address, its rate limit and our account.

    Attributes:
        requests: The most requests in any `seconds`; 0 means no limit.
        publishes_limit: Whether the limit is the service's own. Such a limit can be
            raised only at another address, such as a mirror.
        wants_contact: The service asks for a contact in the User-Agent.
        variable: The environment variable of its address; "" if the address cannot be
            set. The services that have one also have a table `[sources.<name>]` in the settings.
        version_path: What people often append to the address; it is removed.
        previews_of: For a host of previews: the service whose replies link to it.
        is_official: Whether `base_url` is the service's own address, not a mirror's.
        account: Credentials and the like, by key; never part of the `repr`.
    """

    name: str
    base_url: str
    requests: int
    seconds: float
    publishes_limit: bool = True
    wants_contact: bool = False
    variable: str = ""
    version_path: str = ""
    previews_of: str = ""
    is_official: bool = True
    account: Mapping[str, str] = field(default_factory=dict, repr=False)


def configure(
    services: Iterable[HttpService],
    addresses: Mapping[str, str],
    rates: Mapping[str, tuple[int, float]],
    accounts: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[HttpService, ...]:
    """Return all services with the configured addresses, rates and accounts.

    A rate is a pair of requests and seconds. A host of previews has no limit if its service
    is on this machine and no rate is configured for it.

    Raises:
        SettingsError: An address or rate is invalid, or configured for an unknown service;
            or a rate is above the published limit at the service's own address.
    """
    known = {service.name: service for service in services}
    for name in (*addresses, *rates):
        if name not in known:
            what = f'there is no service "{name}"; {nearest(name, tuple(known))}'
            raise SettingsError(what)
    return tuple(
        replace(
            _configured(service, addresses, rates),
            account={**service.account, **(accounts or {}).get(service.name, {})},
        )
        for service in known.values()
    )


def _configured(
    service: HttpService,
    addresses: Mapping[str, str],
    rates: Mapping[str, tuple[int, float]],
) -> HttpService:
    name = service.name
    address = addresses.get(name, service.base_url)
    requests, seconds = rates.get(name, (service.requests, service.seconds))
    if name not in rates and is_loopback(addresses.get(service.previews_of, "")):
        requests = 0
    if not is_web(address):
        raise SettingsError(
            f"the address of {name}, {shown(address)}, is not an http(s) URL",
            hint="Write it with http:// or https:// and a host.",
        )
    if requests < 0 or seconds <= 0:
        raise SettingsError(
            f"{name} cannot take {requests} requests in {seconds:g} seconds",
            hint="Write a positive number of seconds, and 0 requests for no limit.",
        )
    address = address.rstrip("/").removesuffix(service.version_path)
    configured = replace(
        service,
        base_url=address,
        requests=requests,
        seconds=seconds,
        is_official=_is_official(address, service.base_url),
    )
    _refuse_excess(configured, service)
    return configured


def _is_official(address: str, official: str) -> bool:
    """Whether an address is on the host of the official one, or on a host below it."""
    host, own = _host(address), _host(official)
    return host == own or host.endswith(f".{own}")


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").lower().rstrip(".")


def _refuse_excess(configured: HttpService, service: HttpService) -> None:
    """Refuse a rate above the published limit, because the service blocks such clients."""
    if not service.publishes_limit or not configured.is_official:
        return
    allowed = service.requests * configured.seconds
    if configured.requests == 0 or configured.requests * service.seconds > allowed:
        plural = "" if service.requests == 1 else "s"
        raise SettingsError(
            f"{service.name} at {_host(configured.base_url)} allows {service.requests} "
            f"request{plural} in {service.seconds:g} s, and the rate that is set, "
            f"{configured.requests} in {configured.seconds:g} s, is higher",
            hint="Remove `requests` and `seconds` from .genregraph/config.toml: "
            "only a mirror of your own may be requested faster.",
        )
