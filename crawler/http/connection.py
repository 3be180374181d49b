"""Connections that send a request only while its permit is valid, and report when it left.

Between getting the permit and writing the first byte, a thread may wait for the processor
and for the handshakes of a new connection: seconds at worst, or hours if the process was
stopped. The permit is therefore re-checked immediately before the first byte is written, and the interval to the
next request is measured from that write.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from crawler.http.rate_limiter import Permit, RateLimiter
from crawler.http.send_lease import SendLease


@dataclass(frozen=True, slots=True)
class SendPermit:
    """A permit to send one request, with the rate limiter to which the sending is reported.

    Attributes:
        lease: Whether this process may send at all; None where no other one can crawl.
        report_unused: Called if the permit expired before anything was sent.
    """

    limiter: RateLimiter
    permit: Permit
    lease: SendLease | None
    report_unused: Callable[[], None]

    def is_valid(self) -> bool:
        """Whether the request may still be sent."""
        return self.lease is None or self.lease.is_valid()

    def sent(self) -> None:
        """Report that the request was handed to the network."""
        self.limiter.sent(self.permit)

    def settled(self) -> None:
        """Report that the service has the request, or will never get it."""
        self.limiter.settled(self.permit)


class PermitExpiredError(Exception):
    """The permit of a request expired before it could be sent."""


_permit: ContextVar[SendPermit | None] = ContextVar("permit", default=None)


@contextmanager
def sending_with(permit: SendPermit | None) -> Iterator[None]:
    """Use this permit, or none, for the request sent within the context."""
    token = _permit.set(permit)
    try:
        yield
    finally:
        _permit.reset(token)


class _PermitConnection(HTTPConnection):
    """Checks the permit before writing the first byte of a request."""

    def connect(self) -> None:
        with sending_with(None):  # a CONNECT to a proxy is not the request itself
            super().connect()

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        permit = _permit.get()
        if permit is not None and not permit.is_valid():
            raise PermitExpiredError
        super().send(data)
        if permit is not None:
            permit.sent()
            _permit.set(None)  # the rest of the request follows


class PermitAdapter(HTTPAdapter):
    """Sends requests with their permits.

    Raises:
        PermitExpiredError: The permit had expired; nothing was sent.
    """

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool of a host, with connections that check permits."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind = pool.ConnectionCls
        if not issubclass(kind, _PermitConnection):
            pool.ConnectionCls = type(kind.__name__, (_PermitConnection, kind), {})
        return pool
