"""HTTP/1.1 on a socket: read a request, write a reply. Nothing that looks up names.

One `sendall` per reply and no Nagle: two writes cost a delayed acknowledgement, 40 ms.
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


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One request.

    Attributes:
        path: Without the service's prefix, percent-decoded.
        query: Pairs in the order given, decoded.
        raw_query: As it came.
        headers: By lower-case name.
        now: When it came, in seconds since 1970.
        base: The service's own address, for links to itself.
        body: What a POST brought along.
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
        """A query value as a number of 0 or more; what is none counts as not given."""
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
    """One of the services that are stood in for."""

    def answer(self, request: ServiceRequest) -> Reply:
        """What the real service would say."""
        ...


def json_reply(value: object, status: int = 200) -> Reply:
    """A reply of JSON."""
    return Reply(status, encode_json(value))


def encode_json(value: object) -> bytes:
    """JSON without blanks, as the services write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


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
# As long as an address may be; what web servers commonly take.
MAX_TARGET_LENGTH = 8190
_LONGEST_HEAD = 65_536


class ConnectionClosedError(Exception):
    """The other side is gone, or does not speak HTTP."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request's first line and headers; header names are in lower case."""

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
        self._ahead = b""

    def read(self) -> RequestHead:
        """The next request, with its body if it has one.

        Raises:
            ConnectionClosedError: There is none.
        """
        while b"\r\n\r\n" not in self._ahead:
            self._more()
        text, _, self._ahead = self._ahead.partition(b"\r\n\r\n")
        head = _parsed(text.decode("latin-1"))
        length = head.headers.get("content-length", "0")
        body = self._body(int(length) if length.isdecimal() else 0)
        return replace(head, body=body) if body else head

    def _body(self, length: int) -> bytes:
        pieces, received = [self._ahead], len(self._ahead)
        while received < length:
            pieces.append(self._receive())
            received += len(pieces[-1])
        whole = b"".join(pieces)
        self._ahead = whole[length:]
        return whole[:length]

    def _more(self) -> None:
        if len(self._ahead) > _LONGEST_HEAD:
            raise ConnectionClosedError
        self._ahead += self._receive()

    def _receive(self) -> bytes:
        try:
            received = self._socket.recv(65_536)
        except OSError as error:
            raise ConnectionClosedError from error
        if not received:
            raise ConnectionClosedError
        return received

    def write(self, reply: Reply, *, head_only: bool, part: float = 1.0) -> None:
        """Send a reply in one piece; of its body only `part`, if that is below 1.

        Raises:
            ConnectionClosedError: The client is gone.
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
        """Cut the connection, also under a thread that is reading from it."""
        with suppress(OSError):  # the client may have cut it already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def _parsed(text: str) -> RequestHead:
    first, *lines = text.split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:  # noqa: PLR2004 - method, target, version
        raise ConnectionClosedError
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    kept = headers.get("connection", "").lower() != "close" and parts[2] == "HTTP/1.1"
    return RequestHead(parts[0], parts[1], headers, kept)
