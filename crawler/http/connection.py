"""Connections that send a request while its turn holds, and tell when it left.

Between taking a turn and sending lie a wait for the processor and, on a new connection,
the handshakes: seconds, at worst. So it is looked at the turn last thing, and the pace
counts from the sending.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection


class SendPermit(Protocol):
    """SendPermit to send one request."""

    def holds(self) -> bool:
        """Whether it may still be sent."""
        ...

    def sent(self) -> None:
        """It was handed to the network."""
        ...


class PermitExpiredError(Exception):
    """The turn of a request was over before it could be sent."""


_leave: ContextVar[SendPermit | None] = ContextVar("leave", default=None)


@contextmanager
def sending_with(leave: SendPermit | None) -> Iterator[None]:
    """What is sent within this is sent by that turn, or by none."""
    token = _leave.set(leave)
    try:
        yield
    finally:
        _leave.reset(token)


class _PermitConnection(HTTPConnection):
    """Before the first byte of a request it is looked at its turn."""

    def connect(self) -> None:
        with sending_with(None):  # what is said to a proxy is not the request
            super().connect()

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        leave = _leave.get()
        if leave is not None and not leave.holds():
            raise PermitExpiredError
        super().send(data)
        if leave is not None:
            leave.sent()
            _leave.set(None)  # the rest of the request follows


class PermitAdapter(HTTPAdapter):
    """Sends requests by their turns.

    Raises:
        PermitExpiredError: The turn was over; nothing was sent.
    """

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool of a host, whose connections are made to know turns."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind = pool.ConnectionCls
        if not issubclass(kind, _PermitConnection):
            pool.ConnectionCls = type(kind.__name__, (_PermitConnection, kind), {})
        return pool
