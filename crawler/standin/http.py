"""HTTP/1.1 on a socket: requests, replies, and the connection that carries them.

No name is resolved. Each reply is one `sendall` without Nagle's algorithm: two writes
would cost a delayed acknowledgement of 40 ms.
"""

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

JsonObject = dict[str, object]

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
REASON_PHRASES: Mapping[int, str] = {
    200: "OK",
    206: "Partial Content",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
# Longest accepted request target; the limit of common web servers.
MAX_TARGET_LENGTH = 8190
_LONGEST_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One request, as a service receives it.

    Attributes:
        path: Without the service's prefix, percent-decoded.
        query: Decoded pairs, in the given order.
        raw_query: The query as received.
        headers: Values by lower-case name.
        now: Time of the request, in seconds since 1970.
        base: The service's own address, for links to itself.
        body: The body of a POST.
    """

    path: str
    query: tuple[tuple[str, str], ...]
    raw_query: str
    headers: Mapping[str, str]
    now: float
    base: str
    body: bytes = b""

    def value(self, name: str) -> str | None:
        """The first value of a query key."""
        return next((value for key, value in self.query if key == name), None)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a query key."""
        return tuple(value for key, value in self.query if key == name)

    def number(self, name: str, default: int) -> int:
        """A query value as a number of at least 0; anything else gives the default."""
        text = self.value(name) or ""
        return int(text) if text.isdecimal() else default


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; `body` is sent whole, with its length."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = field(default=())


class ServiceApi(Protocol):
    """A service that the stand-in imitates."""

    def answer(self, request: ServiceRequest) -> Reply:
        """Return the reply of the real service."""
        ...


def json_reply(value: object, status: int = 200) -> Reply:
    """Make a JSON reply."""
    return Reply(status, encode_json(value))


def encode_json(value: object) -> bytes:
    """Encode JSON without spaces, as the services do."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class ConnectionClosedError(Exception):
    """The client closed the connection, or does not speak HTTP."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The first line, headers and body of a request; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    keep_alive: bool
    body: bytes = b""


class ClientConnection:
    """One client's connection."""

    def __init__(self, socket_: socket.socket) -> None:
        socket_.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = socket_
        self._buffer = b""

    def read(self) -> RequestHead:
        """Read the next request, with its body if it has one.

        Raises:
            ConnectionClosedError: There is no further request.
        """
        while b"\r\n\r\n" not in self._buffer:
            self._fill_buffer()
        text, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        head = _parse_head(text.decode("latin-1"))
        length = head.headers.get("content-length", "0")
        body = self._body(int(length) if length.isdecimal() else 0)
        return replace(head, body=body) if body else head

    def _body(self, length: int) -> bytes:
        pieces, received = [self._buffer], len(self._buffer)
        while received < length:
            pieces.append(self._receive())
            received += len(pieces[-1])
        whole = b"".join(pieces)
        self._buffer = whole[length:]
        return whole[:length]

    def _fill_buffer(self) -> None:
        if len(self._buffer) > _LONGEST_HEAD:
            raise ConnectionClosedError
        self._buffer += self._receive()

    def _receive(self) -> bytes:
        try:
            received = self._socket.recv(65_536)
        except OSError as error:
            raise ConnectionClosedError from error
        if not received:
            raise ConnectionClosedError
        return received

    def write(self, reply: Reply, *, head_only: bool, part: float = 1.0) -> None:
        """Send a reply at once; if `part` is below 1, only that share of its body.

        Raises:
            ConnectionClosedError: The client closed the connection.
        """
        lines = [
            f"HTTP/1.1 {reply.status} {REASON_PHRASES.get(reply.status, 'Unknown')}",
            f"Content-Type: {reply.content_type}",
            f"Content-Length: {len(reply.body)}",
            *(f"{name}: {value}" for name, value in reply.headers),
        ]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        body = b"" if head_only else reply.body[: int(len(reply.body) * part)]
        try:
            self._socket.sendall(head + body)
        except OSError as error:
            raise ConnectionClosedError from error

    def close(self) -> None:
        """Close the connection, even while another thread reads from it."""
        with suppress(OSError):  # the client may have closed it already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def _parse_head(text: str) -> RequestHead:
    first, *lines = text.split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:  # noqa: PLR2004 - method, target, version
        raise ConnectionClosedError
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    close = headers.get("connection", "").lower() == "close"
    keep_alive = not close and parts[2] == "HTTP/1.1"
    return RequestHead(parts[0], parts[1], headers, keep_alive)
