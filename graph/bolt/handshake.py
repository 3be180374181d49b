"""First contact with a database at an address: finds out what answers there.

The driver waits long for a server that will never answer, and reports little of why. A
probe with Bolt's handshake takes a moment, and distinguishes the usual mistakes.
"""

import socket
import ssl
from contextlib import closing
from enum import Enum, auto
from urllib.parse import urlsplit

BOLT_PORT = 7687
# Together less than the five seconds that a user waits for a first answer.
_SECONDS = 3.5
# The magic number, and the protocol's versions 6, 5 and 4.
_HANDSHAKE = bytes.fromhex("6060b017 00000006 00080805 00040404 00000000")


class ProbeResult(Enum):
    """What answers at an address."""

    GOOD = auto()  # Bolt, encrypted or not, as the address says
    NO_HOST = auto()
    NOBODY = auto()
    SILENT = auto()
    HTTP = auto()
    TLS_ONLY = auto()
    NO_TLS = auto()
    UNTRUSTED = auto()
    STRANGER = auto()


def probe(uri: str) -> tuple[ProbeResult, str]:
    """What answers at a Bolt address, and a detail where there is one. Sends no query."""
    try:
        return _look(uri)
    except ssl.SSLCertVerificationError as error:
        return ProbeResult.UNTRUSTED, error.verify_message
    except socket.gaierror:
        return ProbeResult.NO_HOST, ""
    except TimeoutError:
        return ProbeResult.SILENT, ""
    except OSError:
        return ProbeResult.NOBODY, ""


def _look(uri: str) -> tuple[ProbeResult, str]:
    parts = urlsplit(uri)
    place = (parts.hostname or "", parts.port or BOLT_PORT)
    _, _, security = parts.scheme.partition("+")
    if not security:
        found = _plain(place)
        if found is ProbeResult.STRANGER and _speaks_tls(place, _trusting()):
            found = ProbeResult.TLS_ONLY
        return found, ""
    context = _trusting() if security == "ssc" else ssl.create_default_context()
    if _speaks_tls(place, context):
        return ProbeResult.GOOD, ""
    found = _plain(place)
    return ProbeResult.NO_TLS if found is ProbeResult.GOOD else found, ""


def _plain(place: tuple[str, int]) -> ProbeResult:
    """What answers an unencrypted handshake."""
    with closing(_connected(place)) as connection:
        try:
            connection.sendall(_HANDSHAKE)
            answer = connection.recv(4)
        except ConnectionError:
            return ProbeResult.STRANGER
    if answer == b"HTTP":
        return ProbeResult.HTTP
    # The version chosen, or zeros: none of those offered.
    is_version = len(answer) == 4 and answer[0] == 0  # noqa: PLR2004  bytes of a version
    return ProbeResult.GOOD if is_version else ProbeResult.STRANGER


def _speaks_tls(place: tuple[str, int], context: ssl.SSLContext) -> bool:
    """Whether an encrypted connection can be made.

    Raises:
        ssl.SSLCertVerificationError: It can, to a server that is not trusted.
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
    """A context that accepts any certificate: no secret is sent over it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _connected(place: tuple[str, int]) -> socket.socket:
    addresses = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)
    connection = socket.create_connection(place, timeout=_SECONDS / len(addresses))
    connection.settimeout(_SECONDS)
    return connection
