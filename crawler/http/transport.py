"""Sends one request and reads its response, without rate limits and retries."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

import requests
import urllib3
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from crawler.clock import Clock
from crawler.http.connection import PermitExpiredError, SendPermit, sending_with
from crawler.http.retry import FailureKind, RequestFailure
from crawler.http.urls import is_loopback, is_web, redirected, shown

Params: TypeAlias = Mapping[str, str] | Sequence[tuple[str, str]]

_REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 3
_CHUNK_BYTES = 65_536

# An empty proxy, because a missing one would be taken from the environment.
_NO_PROXIES = {"http": "", "https": "", "all": ""}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, between two reads, and for a whole response, however slow."""

    connect: float = 5
    read: float = 30
    whole: float = 120


@dataclass(frozen=True, slots=True)
class Request:
    """One request to send.

    Attributes:
        headers: Sent in addition to our own. They may hold secrets, so they are never
            shown, and a request that has any follows no redirects.
    """

    url: str
    params: Params = ()
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response before it is parsed.

    Attributes:
        where: The requested URL, without secrets.
        content_type: Lower case, without parameters.
    """

    where: str
    status: int
    headers: Mapping[str, str]
    content_type: str
    body: bytes


def proxy_for(url: str) -> str | None:
    """Return the proxy used for a URL, without secrets, or None."""
    if is_loopback(url):
        return None
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    return shown(proxy) if proxy else None


@dataclass(frozen=True, slots=True)
class _Route:
    """The proxies and certificates for a host, taken from the environment."""

    verify: bool | str
    cert: str | tuple[str, str] | None
    proxies: MutableMapping[str, str]


class _NoAuth(AuthBase):
    """Keeps requests from looking for a password in `.netrc`."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class Transport:
    """Sends requests on one session; keeps no cookies, follows few redirects."""

    def __init__(
        self,
        session: requests.Session,
        clock: Clock,
        user_agent: str,
        timeouts: Timeouts,
    ) -> None:
        self._session = session
        self._clock = clock
        self._headers = {"User-Agent": user_agent, "Accept": "*/*"}
        self._timeouts = timeouts
        self._routes: dict[tuple[str, str], _Route] = {}

    def get(
        self,
        service: str,
        request: Request,
        limit_bytes: int,
        acquire: Callable[[], SendPermit],
    ) -> RawResponse | RequestFailure:
        """Return the response, or the failure. Each request sent uses a permit of its own."""
        url = request.url
        if not is_web(url):
            what = f"{shown(url)} is not a URL that can be requested"
            return RequestFailure(service, FailureKind.REFUSED, what)
        here = request
        for _ in range(MOST_REDIRECTS + 1):
            result = self._send_with_permit(service, here, limit_bytes, acquire)
            if isinstance(result, RequestFailure) or result.status not in _REDIRECTS:
                return result
            there = redirected(here.url, result.headers.get("Location", ""))
            if there is None or request.headers:
                what = f"{result.where} redirects to a place that is not followed"
                return RequestFailure(service, FailureKind.REFUSED, what)
            here = Request(there)
        what = f"{shown(url)} redirects more than {MOST_REDIRECTS} times"
        return RequestFailure(service, FailureKind.REFUSED, what)

    def _send_with_permit(
        self,
        service: str,
        request: Request,
        limit_bytes: int,
        acquire: Callable[[], SendPermit],
    ) -> RawResponse | RequestFailure:
        while True:
            permit = acquire()
            try:
                return self._send(service, request, limit_bytes, permit)
            except PermitExpiredError:
                permit.report_unused()

    def _send(
        self, service: str, request: Request, limit_bytes: int, permit: SendPermit
    ) -> RawResponse | RequestFailure:
        url = request.url
        try:
            with sending_with(permit), self._open(request) as response:
                permit.settled()
                return self._read(service, shown(url), response, limit_bytes)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return _failure_of(service, url, error, self._timeouts)
        finally:
            permit.settled()

    def _open(self, request: Request) -> requests.Response:
        """Send through the adapter: `Session.send` handles redirects, cookies and `.netrc`."""
        params = request.params
        query = list(params.items()) if isinstance(params, Mapping) else [*params]
        prepared = self._session.prepare_request(
            requests.Request(
                request.method,
                request.url,
                params=query,
                data=request.form,
                headers={**self._headers, **request.headers},
                auth=_NoAuth(),
            )
        )
        route = self._route(request.url)
        return self._session.get_adapter(request.url).send(
            prepared,
            stream=True,
            timeout=(self._timeouts.connect, self._timeouts.read),
            verify=route.verify,
            cert=route.cert,
            proxies=route.proxies,
        )

    def _route(self, url: str) -> _Route:
        """Return the proxies and certificates for a host.

        Looked up once per host, because that takes longer than the rest of sending.
        """
        parts = urlsplit(url)
        host = (parts.scheme, parts.netloc)
        if host not in self._routes:
            proxies = dict(_NO_PROXIES) if is_loopback(url) else {}
            found = self._session.merge_environment_settings(
                url, proxies, stream=True, verify=None, cert=None
            )
            verify = True if found["verify"] is None else found["verify"]
            self._routes[host] = _Route(verify, found["cert"], found["proxies"])
        return self._routes[host]

    def _read(
        self, service: str, where: str, response: requests.Response, limit_bytes: int
    ) -> RawResponse | RequestFailure:
        """Read the body in chunks: `response.content` could wait forever on a slow one."""
        deadline = self._clock.monotonic() + self._timeouts.whole
        chunks, size = [], 0
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit_bytes:
                what = f"{where} is longer than {limit_bytes:,} bytes"
                return RequestFailure(service, FailureKind.REFUSED, what)
            if self._clock.monotonic() > deadline:
                what = f"{where} took longer than {self._timeouts.whole:g} seconds"
                return RequestFailure(service, FailureKind.TIMEOUT, what)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        return RawResponse(
            where,
            response.status_code,
            CaseInsensitiveDict(response.headers),
            kind.strip().lower(),
            b"".join(chunks),
        )


_FAILURES: tuple[tuple[type[Exception], FailureKind, str], ...] = (
    # subclasses come before their bases
    (
        requests.exceptions.ProxyError,
        FailureKind.CONNECTION,
        "got no response through {proxy}",
    ),
    (
        requests.exceptions.SSLError,
        FailureKind.CONNECTION,
        "has no trusted certificate",
    ),
    (
        requests.exceptions.ConnectTimeout,
        FailureKind.CONNECTION,
        "accepted no connection within {connect:g} seconds",
    ),
    (
        requests.exceptions.Timeout,
        FailureKind.TIMEOUT,
        "sent nothing for {read:g} seconds",
    ),
    (
        urllib3.exceptions.TimeoutError,
        FailureKind.TIMEOUT,
        "sent nothing more for {read:g} seconds",
    ),
    (
        urllib3.exceptions.HTTPError,
        FailureKind.CUT_OFF,
        "broke off in the middle of its response",
    ),
    (requests.ConnectionError, FailureKind.CONNECTION, "does not answer"),
    (
        requests.RequestException,
        FailureKind.REFUSED,
        "is not a URL that can be requested",
    ),
)


def _failure_of(
    service: str, url: str, error: Exception, timeouts: Timeouts
) -> RequestFailure:
    """Translate a library's exception; its own text might contain the whole query."""
    kind, words = next(
        (kind, words) for cls, kind, words in _FAILURES if isinstance(error, cls)
    )
    what = words.format(
        proxy=proxy_for(url) or "a proxy",
        connect=timeouts.connect,
        read=timeouts.read,
    )
    return RequestFailure(service, kind, f"{shown(url)} {what}", cause=error)
