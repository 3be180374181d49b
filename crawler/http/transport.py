"""One question and its reply on the wire, without pace and without second tries."""

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
    """Seconds to connect, between two bytes, and for a whole reply however it drips."""

    connect: float = 5
    read: float = 30
    whole: float = 120


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is to be sent.

    Attributes:
        headers: Beside our own. They may hold secrets, so they are never shown, and a
            request that has some follows no redirect.
    """

    url: str
    params: Params = ()
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A reply as it came.

    Attributes:
        where: What was asked, free of secrets.
        content_type: Lower case, without parameters.
    """

    where: str
    status: int
    headers: Mapping[str, str]
    content_type: str
    body: bytes


def proxy_for(url: str) -> str | None:
    """The proxy by which an address is asked, free of secrets, or None."""
    if is_loopback(url):
        return None
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    return shown(proxy) if proxy else None


@dataclass(frozen=True, slots=True)
class _Way:
    """What the environment says of how a host is reached."""

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
        self._ways: dict[tuple[str, str], _Way] = {}

    def get(
        self,
        service: str,
        sending: Request,
        limit_bytes: int,
        acquire: Callable[[], SendPermit],
    ) -> RawResponse | RequestFailure:
        """One reply, or why there is none. Each request sent has a permit of its own."""
        url = sending.url
        if not is_web(url):
            what = f"{shown(url)} is no address that can be asked"
            return RequestFailure(service, FailureKind.REFUSED, what)
        here = sending
        for _ in range(MOST_REDIRECTS + 1):
            result = self._send_with_permit(service, here, limit_bytes, acquire)
            if isinstance(result, RequestFailure) or result.status not in _REDIRECTS:
                return result
            there = redirected(here.url, result.headers.get("Location", ""))
            if there is None or sending.headers:
                what = f"{result.where} redirects to where we do not follow"
                return RequestFailure(service, FailureKind.REFUSED, what)
            here = Request(there)
        what = f"{shown(url)} redirects more than {MOST_REDIRECTS} times"
        return RequestFailure(service, FailureKind.REFUSED, what)

    def _send_with_permit(
        self,
        service: str,
        sending: Request,
        limit_bytes: int,
        acquire: Callable[[], SendPermit],
    ) -> RawResponse | RequestFailure:
        while True:
            permit = acquire()
            try:
                return self._send(service, sending, limit_bytes, permit)
            except PermitExpiredError:
                permit.unused()

    def _send(
        self, service: str, sending: Request, limit_bytes: int, permit: SendPermit
    ) -> RawResponse | RequestFailure:
        url = sending.url
        try:
            with sending_with(permit), self._open(sending) as response:
                permit.settled()
                return self._read(service, shown(url), response, limit_bytes)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return _outcome(service, url, error, self._timeouts)
        finally:
            permit.settled()

    def _open(self, sending: Request) -> requests.Response:
        """Send by the adapter: `Session.send` looks at redirects, cookies and `.netrc`."""
        params = sending.params
        query = list(params.items()) if isinstance(params, Mapping) else [*params]
        prepared = self._session.prepare_request(
            requests.Request(
                sending.method,
                sending.url,
                params=query,
                data=sending.form,
                headers={**self._headers, **sending.headers},
                auth=_NoAuth(),
            )
        )
        way = self._way(sending.url)
        return self._session.get_adapter(sending.url).send(
            prepared,
            stream=True,
            timeout=(self._timeouts.connect, self._timeouts.read),
            verify=way.verify,
            cert=way.cert,
            proxies=way.proxies,
        )

    def _way(self, url: str) -> _Way:
        """By which proxy and with which certificates a host is asked.

        Looked up once a host: to look takes longer than all the rest of sending.
        """
        parts = urlsplit(url)
        host = (parts.scheme, parts.netloc)
        if host not in self._ways:
            proxies = dict(_NO_PROXIES) if is_loopback(url) else {}
            found = self._session.merge_environment_settings(
                url, proxies, stream=True, verify=None, cert=None
            )
            verify = True if found["verify"] is None else found["verify"]
            self._ways[host] = _Way(verify, found["cert"], found["proxies"])
        return self._ways[host]

    def _read(
        self, service: str, where: str, response: requests.Response, limit_bytes: int
    ) -> RawResponse | RequestFailure:
        """The body piece by piece: `response.content` would wait for ever on a drip."""
        deadline = self._clock.monotonic() + self._timeouts.whole
        pieces, size = [], 0
        while piece := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > limit_bytes:
                what = f"{where} is longer than {limit_bytes:,} bytes"
                return RequestFailure(service, FailureKind.REFUSED, what)
            if self._clock.monotonic() > deadline:
                what = f"{where} took longer than {self._timeouts.whole:g} seconds"
                return RequestFailure(service, FailureKind.SILENCE, what)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        return RawResponse(
            where,
            response.status_code,
            CaseInsensitiveDict(response.headers),
            kind.strip().lower(),
            b"".join(pieces),
        )


_TROUBLES: tuple[tuple[type[Exception], FailureKind, str], ...] = (
    # the special before the general
    (
        requests.exceptions.ProxyError,
        FailureKind.CONNECTION,
        "got no answer through {proxy}",
    ),
    (
        requests.exceptions.SSLError,
        FailureKind.CONNECTION,
        "has no certificate we trust",
    ),
    (
        requests.exceptions.ConnectTimeout,
        FailureKind.CONNECTION,
        "took no connection within {connect:g} seconds",
    ),
    (
        requests.exceptions.Timeout,
        FailureKind.SILENCE,
        "was silent for {read:g} seconds",
    ),
    (
        urllib3.exceptions.TimeoutError,
        FailureKind.SILENCE,
        "fell silent for {read:g} seconds",
    ),
    (
        urllib3.exceptions.HTTPError,
        FailureKind.CUT_OFF,
        "broke off in the middle of its answer",
    ),
    (requests.ConnectionError, FailureKind.CONNECTION, "does not answer"),
    (requests.RequestException, FailureKind.REFUSED, "is no address that can be asked"),
)


def _outcome(
    service: str, url: str, error: Exception, timeouts: Timeouts
) -> RequestFailure:
    """A foreign exception in our words; its own text may hold the whole query."""
    trouble, words = next((t, w) for kind, t, w in _TROUBLES if isinstance(error, kind))
    what = words.format(
        proxy=proxy_for(url) or "a proxy",
        connect=timeouts.connect,
        read=timeouts.read,
    )
    return RequestFailure(service, trouble, f"{shown(url)} {what}", cause=error)
