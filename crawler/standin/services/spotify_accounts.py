"""Spotify's accounts: an app's rights, and the tokens that it asks with.

The app that may ask has the client id and the secret of `CLIENT`; there is nothing to
protect. A token says when it ends and is signed, so that nobody has to remember it.
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
LIFE_SECONDS = 3600
_KEY = b"invented"
_TOKEN = re.compile(r"Bearer BQ(\d+)-([0-9a-f]{64})")
_NOBODYS: frozenset[int] = frozenset()


class AppAccess(StrEnum):
    """What Spotify lets an app do."""

    EXTENDED = "extended"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class App:
    """The app that asks.

    Attributes:
        access: Everything, as in 2020 and for the few with extended quota since; or what
            an app made after 2026-02-11 gets.
        token_seconds: How long its tokens live.
        own_playlists: World ids of playlists of the app's owner, all that a new app may
            look into. Client credentials alone own none.
    """

    access: AppAccess = AppAccess.EXTENDED
    token_seconds: int = LIFE_SECONDS
    own_playlists: frozenset[int] = _NOBODYS


class TokenApi:
    """Gives out tokens, for client credentials only."""

    def __init__(self, app: App) -> None:
        self._life = app.token_seconds

    def answer(self, request: ServiceRequest) -> Reply:
        """See `Service.answer`. Errors have a string as `error`, unlike the Web API's."""
        if request.path != TOKEN_PATH:
            return _refused("not_found", "Not found", 404)
        form = dict(parse_qsl(request.body.decode("latin-1")))
        if _client(request.headers.get("authorization", "")) != CLIENT:
            return _refused("invalid_client", "Invalid client")
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", "grant_type parameter is missing")
        token = _token(int(request.now) + self._life)
        kind = {"token_type": "Bearer", "expires_in": self._life}
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
    """What is wrong with the token that a request came with; None where it is good."""
    header = headers.get("authorization")
    if header is None:
        return "No token provided"
    token = _TOKEN.fullmatch(header)
    if token is None or not hmac.compare_digest(token[2], _signature(int(token[1]))):
        return "Invalid access token"
    return "The access token expired" if now >= int(token[1]) else None
