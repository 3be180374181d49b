"""Connections that send a request while its permit holds, and report when it left.

Between the permit and the first byte lie a wait for the processor and, on a new connection,
the handshakes: seconds, at worst, and hours where the process was stopped. The permit is
therefore re-checked immediately before the first byte is written, and the interval to the
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
    """A permit to send one request, and who learns what became of it.

    Attributes:
        lease: Whether this process may send at all; None where no other one can crawl.
        unused: Called when the permit was over before anything was sent.
    """

    limiter: RateLimiter
    permit: Permit
    lease: SendLease | None
    unused: Callable[[], None]

    def holds(self) -> bool:
        """Whether the request may still be sent."""
        return self.lease is None or self.lease.is_valid()

    def sent(self) -> None:
        """The request was handed to the network."""
        self.limiter.sent(self.permit)

    def settled(self) -> None:
        """The service has the request, or will never have it."""
        self.limiter.settled(self.permit)


class PermitExpiredError(Exception):
    """The permit of a request was over before it could be sent."""


_permit: ContextVar[SendPermit | None] = ContextVar("permit", default=None)


@contextmanager
def sending_with(permit: SendPermit | None) -> Iterator[None]:
    """What is sent within this is sent with that permit, or with none."""
    token = _permit.set(permit)
    try:
        yield
    finally:
        _permit.reset(token)


class _PermitConnection(HTTPConnection):
    """Checks the permit before writing the first byte of a request."""

    def connect(self) -> None:
        with sending_with(None):  # what a proxy is told is not the request
            super().connect()

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        permit = _permit.get()
        if permit is not None and not permit.holds():
            raise PermitExpiredError
        super().send(data)
        if permit is not None:
            permit.sent()
            _permit.set(None)  # the rest of the request follows


class PermitAdapter(HTTPAdapter):
    """Sends requests with their permits.

    Raises:
        PermitExpiredError: The permit was over; nothing was sent.
    """

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool of a host, whose connections are made to know permits."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind = pool.ConnectionCls
        if not issubclass(kind, _PermitConnection):
            pool.ConnectionCls = type(kind.__name__, (_PermitConnection, kind), {})
        return pool
