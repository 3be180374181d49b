"""spotipy behind our one http_client: its requests keep our pace, pauses, retries and time-outs.

spotipy 2.26 adds no retry to a session that it is handed, so all of that is decided in
`crawler.http.client` alone. What it would stumble over or print (error bodies of another
shape, HTML, headers with the token in its log) never reaches it or never leaves it.
"""

import io
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

import requests
import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyOauthError

from crawler.errors import BadAnswerError, BadCredentialsError
from crawler.http.client import HttpClient
from crawler.http.responses import JsonValue
from crawler.http.transport import RawResponse, Request
from crawler.sources.json_reader import JsonObject, an_object

SERVICE = "spotify"
TOKEN_SERVICE = "spotify-token"  # noqa: S105 - a name

# Its debug lines hold the token and the secret, its error lines repeat what we say
# ourselves: it is silenced whatever level anybody gives it.
for _name in ("spotipy.client", "spotipy.oauth2"):
    logging.getLogger(_name).disabled = True

GET_CREDENTIALS = (
    "Make an app at https://developer.spotify.com/dashboard and set SPOTIPY_CLIENT_ID and "
    'SPOTIPY_CLIENT_SECRET, or use "deezer" in the recipe\'s [sources]: it needs none.'
)
_CORRECT_CREDENTIALS = (
    "Copy SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET anew from your app at "
    "https://developer.spotify.com/dashboard."
)
_NEEDS_PREMIUM = (
    "Since 2026 Spotify answers an app in development mode only while its owner has "
    'Premium; "deezer" needs no account.'
)
_SAID = 100

Call: TypeAlias = Callable[[spotipy.Spotify], object]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 400, 403 or 404 of Spotify's: what it means depends on what was asked."""

    status: int
    said: str


class SpotifyClient:
    """Asks Spotify by spotipy, from any thread; one token serves them all."""

    def __init__(self, http_client: HttpClient) -> None:
        self._http_client = http_client
        self._token = _Token(http_client)
        self._prefix = f"{http_client.service(SERVICE).base_url}/v1/"
        self._spotify = spotipy.Spotify(
            auth_manager=self._token, requests_session=_ApiSession(http_client, SERVICE)
        )
        self._spotify.prefix = self._prefix

    @property
    def market(self) -> str:
        """The country whose catalogue is meant: without one nothing counts as available."""
        return self._http_client.service(SERVICE).account.market

    def address(self, path: str) -> str:
        """The whole address of a path, for the few that spotipy has no method for."""
        return self._prefix + path

    def ask(self, where: str, call: Call) -> JsonObject | Refusal:
        """What Spotify says; a token that has run out is renewed once.

        Args:
            where: What is asked, for messages.
            call: Asks it of spotipy.

        Raises:
            BadCredentialsError: No credentials, wrong ones, or an owner without Premium.
            SourceError: No answer, or none that the API promises.
        """
        renewed = self._token.renewed
        got = _asked(where, call, self._spotify)
        if isinstance(got, Refusal) and got.status == HTTPStatus.UNAUTHORIZED:
            self._token.renew(renewed)
            got = _asked(where, call, self._spotify)
        return _judged(where, got)


def _asked(where: str, call: Call, spotify: spotipy.Spotify) -> JsonObject | Refusal:
    try:
        value: Any = call(spotify)
    except spotipy.SpotifyException as error:
        said = " ".join(str(error.msg).rpartition(":\n")[2].split())
        return Refusal(error.http_status, said[:_SAID])
    return an_object(SERVICE, where, value)


def _judged(where: str, got: JsonObject | Refusal) -> JsonObject | Refusal:
    if isinstance(got, JsonObject):
        return got
    if "premium" in got.said.lower() and got.status == HTTPStatus.FORBIDDEN:
        what = f'{where} was answered with "{got.said}"'
        raise BadCredentialsError(SERVICE, what, hint=_NEEDS_PREMIUM)
    if got.status == HTTPStatus.UNAUTHORIZED:
        what = f"{where} was answered with status 401 also with a new token"
        raise BadCredentialsError(SERVICE, what, hint=_CORRECT_CREDENTIALS)
    if got.status in {400, 403, 404}:
        return got
    what = f'{where} was answered with status {got.status}: "{got.said}"'
    raise BadAnswerError(SERVICE, what)


class _Token:
    """spotipy's client credentials, for many threads: they ask for one token in all.

    Attributes:
        renewed: How many tokens were found to be no longer good.
    """

    def __init__(self, http_client: HttpClient) -> None:
        self.renewed = 0
        self._http_client = http_client
        self._lock = threading.Lock()
        self._cache = MemoryCacheHandler()
        self._manager: SpotifyClientCredentials | None = None
        self._refused: BadCredentialsError | None = None

    def get_access_token(self, as_dict: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002  the signature is typer's
        """The token in force, as spotipy asks for it.

        Raises:
            BadCredentialsError: There are no credentials, or Spotify does not know them.
        """
        with self._lock:
            if self._refused is not None:
                raise self._refused
            try:
                return str(self._managed().get_access_token(as_dict=False))
            except (SpotifyOauthError, UnicodeEncodeError) as error:
                said = getattr(error, "error", "they are not plain letters")
                what = f'the credentials are not accepted: "{str(said)[:_SAID]}"'
                hint = _CORRECT_CREDENTIALS
                self._refused = BadCredentialsError(SERVICE, what, hint=hint)
                raise self._refused from error
            except (KeyError, TypeError) as error:
                what = "the answer to the request for a token holds none"
                raise BadAnswerError(TOKEN_SERVICE, what) from error

    def renew(self, renewed: int) -> None:
        """The token in force when so many were renewed is no longer good."""
        with self._lock:
            # Else another thread has seen to it.
            if renewed == self.renewed:
                self.renewed += 1
                self._cache.save_token_to_cache(None)

    def _managed(self) -> SpotifyClientCredentials:
        if self._manager is None:
            account = self._http_client.service(SERVICE).account
            if not account.client_id or not account.client_secret:
                what = "SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET are not both set"
                raise BadCredentialsError(SERVICE, what, hint=GET_CREDENTIALS)
            self._manager = SpotifyClientCredentials(
                account.client_id,
                account.client_secret,
                requests_session=_TokenSession(self._http_client, TOKEN_SERVICE),
                cache_handler=self._cache,
            )
            self._manager.OAUTH_TOKEN_URL = self._http_client.service(
                TOKEN_SERVICE
            ).base_url
        return self._manager


class _ClientSession(requests.Session):
    """A session for spotipy whose requests go through our http_client, as one service's."""

    def __init__(self, http_client: HttpClient, service: str) -> None:
        super().__init__()
        self._http_client = http_client
        self._service = service

    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> requests.Response:
        """Send by the http_client; time-outs and proxies of the caller are left to it."""
        query = _query(params or {})
        sending = Request(url, query, method, headers or {}, data or {})
        return _response(self._http_client.send(self._service, sending), self.mended)

    @staticmethod
    def mended(status: int, value: JsonValue, text: str) -> JsonValue:
        """An error body as spotipy reads it."""
        raise NotImplementedError


class _ApiSession(_ClientSession):
    @staticmethod
    def mended(status: int, value: JsonValue, text: str) -> JsonValue:
        error = value.get("error") if isinstance(value, dict) else None
        if isinstance(error, dict):
            return value
        return {"error": {"status": status, "message": str(error or text)[:_SAID]}}


class _TokenSession(_ClientSession):
    @staticmethod
    def mended(status: int, value: JsonValue, text: str) -> JsonValue:
        if isinstance(value, dict) and value.get("error"):
            return value
        return {"error": f"status {status} {text[:_SAID]}".strip()}


def _query(params: Mapping[str, object]) -> list[tuple[str, str]]:
    """Spotify wants "market" where spotipy 2.26 still says "country" (its issue 1231)."""
    return [
        ("market" if name == "country" else name, str(value))
        for name, value in params.items()
        if value is not None
    ]


def _response(
    raw: RawResponse, mended: Callable[[int, JsonValue, str], JsonValue]
) -> requests.Response:
    body = raw.body
    if raw.status >= HTTPStatus.BAD_REQUEST:
        text = body.decode("utf-8", errors="replace")
        body = json.dumps(mended(raw.status, _json(text), text)).encode()
    response = requests.Response()
    response.status_code = raw.status
    response.headers.update(raw.headers)
    response.url = raw.where
    response.encoding = "utf-8"
    response.raw = io.BytesIO(body)
    return response


def _json(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return None
    return value
