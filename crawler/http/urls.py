"""Addresses of services: what may be shown, what stays on this machine. Pure."""

import ipaddress
from urllib.parse import urljoin, urlsplit


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine: it needs no proxy.

    >>> is_loopback("http://127.0.0.1:8080/ws/2"), is_loopback("https://api.deezer.com")
    (True, False)
    """
    try:
        host = (urlsplit(url).hostname or "").lower()
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # no address at all, or a name
        return False


def shown(url: str) -> str:
    """An address without what may be secret: name and password, query, fragment.

    >>> shown("https://me:secret@proxy.example:8080/track/3?apikey=1#x")
    'https://proxy.example:8080/track/3'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "what should be an address"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def is_web(url: str) -> bool:
    """Whether an address can be asked at all: HTTP or HTTPS, and a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def redirected(here: str, location: str) -> str | None:
    """Where a redirect leads, or None where it must not be followed.

    Not to another scheme than HTTP, not from HTTPS back to HTTP, and not from
    outside to this machine.

    >>> redirected("https://a.example/x", "/y")
    'https://a.example/y'
    >>> redirected("https://a.example/x", "http://a.example/y")
    >>> redirected("http://a.example/x", "http://127.0.0.1/y")
    """
    try:
        there = urljoin(here, location)
    except ValueError:
        return None
    downgraded = here.startswith("https:") and not there.startswith("https:")
    inward = is_loopback(there) and not is_loopback(here)
    return there if is_web(there) and not downgraded and not inward else None
