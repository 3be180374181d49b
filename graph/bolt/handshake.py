"""Probes an address with Bolt's handshake, to find out what kind of server answers.

The driver waits long for a server that never answers, and does not report why. A probe
is fast and distinguishes the usual mistakes.
"""

import socket
import ssl
from contextlib import closing
from enum import Enum, auto
from urllib.parse import urlsplit

BOLT_PORT = 7687
# In total less than five seconds, the promised time until the first error message.
_SECONDS = 3.5
# The magic number, and the protocol's versions 6, 5 and 4.
_HANDSHAKE = bytes.fromhex("6060b017 00000006 00080805 00040404 00000000")


class ProbeResult(Enum):
    """What answers at an address."""

    GOOD = auto()  # Bolt, encrypted if the address requires it
    NO_HOST = auto()
    NO_ANSWER = auto()
    SILENT = auto()
    HTTP = auto()
    TLS_ONLY = auto()
    NO_TLS = auto()
    UNTRUSTED = auto()
    NOT_BOLT = auto()


def probe(uri: str) -> tuple[ProbeResult, str]:
    """Return what answers at a Bolt address, and a detail or "". Sends no query."""
    try:
        return _probe(uri)
    except ssl.SSLCertVerificationError as error:
        return ProbeResult.UNTRUSTED, error.verify_message
    except socket.gaierror:
        return ProbeResult.NO_HOST, ""
    except TimeoutError:
        return ProbeResult.SILENT, ""
    except OSError:
        return ProbeResult.NO_ANSWER, ""


def _probe(uri: str) -> tuple[ProbeResult, str]:
    parts = urlsplit(uri)
    place = (parts.hostname or "", parts.port or BOLT_PORT)
    _, _, security = parts.scheme.partition("+")
    if not security:
        found = _plain(place)
        if found is ProbeResult.NOT_BOLT and _speaks_tls(place, _trusting()):
            found = ProbeResult.TLS_ONLY
        return found, ""
    context = _trusting() if security == "ssc" else ssl.create_default_context()
    if _speaks_tls(place, context):
        return ProbeResult.GOOD, ""
    found = _plain(place)
    return ProbeResult.NO_TLS if found is ProbeResult.GOOD else found, ""


def _plain(place: tuple[str, int]) -> ProbeResult:
    """Send an unencrypted handshake; return what answers."""
    with closing(_connected(place)) as connection:
        try:
            connection.sendall(_HANDSHAKE)
            answer = connection.recv(4)
        except ConnectionError:
            return ProbeResult.NOT_BOLT
    if answer == b"HTTP":
        return ProbeResult.HTTP
    # The chosen version, or zeros if the server supports none of those offered.
    is_version = len(answer) == 4 and answer[0] == 0  # noqa: PLR2004  bytes of a version
    return ProbeResult.GOOD if is_version else ProbeResult.NOT_BOLT


def _speaks_tls(place: tuple[str, int], context: ssl.SSLContext) -> bool:
    """Whether an encrypted connection can be made.

    Raises:
        ssl.SSLCertVerificationError: It can, but the server is not trusted.
    """
    with closing(_connected(place)) as connection:
        try:
            context.wrap_socket(connection, server_hostname=place[0]).close()
        except ssl.SSLCertVerificationError:
            raise
        except (ssl.SSLError, ConnectionError):
            return False
    return True


def _trusting() -> ssl.SSLContext:
    """A context that accepts any certificate; no password is sent over it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _connected(place: tuple[str, int]) -> socket.socket:
    addresses = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)
    connection = socket.create_connection(place, timeout=_SECONDS / len(addresses))
    connection.settimeout(_SECONDS)
    return connection
