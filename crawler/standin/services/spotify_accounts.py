"""Spotify's accounts: the access of an app, and the tokens of its requests.

Only the client id and secret in `CLIENT` are accepted; they protect nothing. A token
contains its expiry and is signed, so tokens need not be stored.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

from crawler.standin.http import Reply, ServiceRequest, json_reply

CLIENT = ("standin", "standin")
TOKEN_PATH = "/api/token"  # noqa: S105 - a path
TOKEN_LIFETIME_SECONDS = 3600
_KEY = b"invented"
_TOKEN = re.compile(r"Bearer BQ(\d+)-([0-9a-f]{64})")
_NO_PLAYLISTS: frozenset[int] = frozenset()


class AppAccess(StrEnum):
    """The access that Spotify grants to an app."""

    EXTENDED = "extended"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class App:
    """The app that sends requests.

    Attributes:
        access: Everything, as in 2020 and for the few apps with extended quota since; or
            that of an app made after 2026-02-11.
        token_seconds: Lifetime of its tokens.
        own_playlists: World ids of playlists of the app's owner, the only ones whose
            tracks a new app may read. Client credentials alone own none.
    """

    access: AppAccess = AppAccess.EXTENDED
    token_seconds: int = TOKEN_LIFETIME_SECONDS
    own_playlists: frozenset[int] = _NO_PLAYLISTS


class TokenApi:
    """Issues tokens, for client credentials only."""

    def __init__(self, app: App) -> None:
        self._lifetime = app.token_seconds

    def answer(self, request: ServiceRequest) -> Reply:
        """See `ServiceApi.answer`. Unlike the Web API's, errors have a string as `error`."""
        if request.path != TOKEN_PATH:
            return _refused("not_found", "Not found", 404)
        form = dict(parse_qsl(request.body.decode("latin-1")))
        if _client(request.headers.get("authorization", "")) != CLIENT:
            return _refused("invalid_client", "Invalid client")
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", "grant_type parameter is missing")
        token = _token(int(request.now) + self._lifetime)
        kind = {"token_type": "Bearer", "expires_in": self._lifetime}
        return json_reply({"access_token": token, **kind})


def _refused(error: str, description: str, status: int = 400) -> Reply:
    return json_reply({"error": error, "error_description": description}, status)


def _client(header: str) -> tuple[str, ...]:
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return ()
    try:
        plain = base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ()
    return tuple(plain.split(":", 1))


def _token(ends: int) -> str:
    return f"BQ{ends}-{_signature(ends)}"


def _signature(ends: int) -> str:
    return hmac.new(_KEY, str(ends).encode(), hashlib.sha256).hexdigest()


def token_error(headers: Mapping[str, str], now: float) -> str | None:
    """Return what is wrong with the token of a request, or None if it is valid."""
    header = headers.get("authorization")
    if header is None:
        return "No token provided"
    token = _TOKEN.fullmatch(header)
    if token is None or not hmac.compare_digest(token[2], _signature(int(token[1]))):
        return "Invalid access token"
    return "The access token expired" if now >= int(token[1]) else None
