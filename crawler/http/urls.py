"""Checks on URLs: without secrets, on this machine, safe to follow. Pure."""

import ipaddress
from urllib.parse import urljoin, urlsplit


def is_loopback(url: str) -> bool:
    """Whether a URL is on this machine, so that it needs no proxy.

    >>> is_loopback("http://127.0.0.1:8080/ws/2"), is_loopback("https://api.deezer.com")
    (True, False)
    """
    try:
        host = (urlsplit(url).hostname or "").lower()
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # not a URL, or a host name
        return False


def shown(url: str) -> str:
    """Remove from a URL what may be secret: user, password, query and fragment.

    >>> shown("https://me:secret@proxy.example:8080/track/3?apikey=1#x")
    'https://proxy.example:8080/track/3'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an invalid URL"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def is_web(url: str) -> bool:
    """Whether a URL can be requested: HTTP or HTTPS, with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def redirected(here: str, location: str) -> str | None:
    """Return the target of a redirect, or None if it must not be followed.

    Not followed are redirects to another scheme than HTTP(S), from HTTPS to HTTP, and from
    another host to this machine.

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
