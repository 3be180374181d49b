"""spotipy on top of our `HttpClient`, which decides rates, pauses, retries and time-outs.

spotipy 2.26 adds no retries to a session that is passed in, so `crawler.http.client`
alone decides about them. Error bodies that spotipy cannot read are rewritten before it
sees them, and its log, which would hold the token, is switched off.
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
from crawler.sources.spotify.access import SMALL_PAGE, Access
from crawler.sources.spotify.service import NAME, TOKEN_SERVICE

# Its debug lines hold the token and the secret, and its error lines repeat our own
# messages, so it is silent at every level.
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
_MAX_QUOTED = 100

Call: TypeAlias = Callable[[spotipy.Spotify], object]
PagedCall: TypeAlias = Callable[[spotipy.Spotify, int], object]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 400, 403 or 404 of Spotify's; its meaning depends on the request."""

    status: int
    message: str


class SpotifyClient:
    """Requests Spotify through spotipy, from any thread; all threads share one token."""

    def __init__(self, http_client: HttpClient) -> None:
        self._http_client = http_client
        self._token = _Token(http_client)
        self._prefix = f"{http_client.service(NAME).base_url}/v1/"
        self._spotify = spotipy.Spotify(
            auth_manager=self._token, requests_session=_ApiSession(http_client, NAME)
        )
        self._spotify.prefix = self._prefix

    @property
    def market(self) -> str:
        """The country whose catalogue is meant: without one, nothing is available."""
        return self._http_client.service(NAME).account["market"]

    def address(self, path: str) -> str:
        """The whole address of a path, for paths that spotipy has no method for."""
        return self._prefix + path

    def request(self, where: str, call: Call) -> JsonObject | Refusal:
        """Spotify's reply; an expired token is renewed once.

        Args:
            where: The path, for messages.
            call: Makes the request with spotipy.

        Raises:
            BadCredentialsError: No credentials, wrong ones, or an owner without Premium.
            SourceError: No reply, or one that the API does not promise.
        """
        renewed = self._token.renewed
        got = _requested(where, call, self._spotify)
        if isinstance(got, Refusal) and got.status == HTTPStatus.UNAUTHORIZED:
            self._token.renew(renewed)
            got = _requested(where, call, self._spotify)
        return _checked(where, got)


class SpotifySession:
    """The requests that one answer takes, counted."""

    def __init__(self, client: SpotifyClient, access: Access) -> None:
        self._client = client
        self.access = access
        self._requests = 0

    @property
    def market(self) -> str:
        """See `SpotifyClient.market`."""
        return self._client.market

    def address(self, path: str) -> str:
        """See `SpotifyClient.address`."""
        return self._client.address(path)

    @property
    def spent(self) -> Mapping[str, int]:
        """The requests so far."""
        return {NAME: self._requests} if self._requests else {}

    def request(self, where: str, call: Call) -> JsonObject | Refusal:
        """See `SpotifyClient.request`."""
        self._requests += 1
        return self._client.request(where, call)

    def known(self, where: str, call: Call) -> JsonObject | None:
        """Spotify's reply about one id; None where it does not know the id."""
        return _unless_unknown(where, self.request(where, call))

    def paged(self, where: str, count: int, call: PagedCall) -> JsonObject | None:
        """One page of `count` rows, or of as many as this app may request."""
        limit = min(count, self.access.page)
        got = self.request(where, lambda s: call(s, limit))
        if _is_too_many(got) and limit > SMALL_PAGE:
            self.access.page = SMALL_PAGE
            got = self.request(where, lambda s: call(s, SMALL_PAGE))
        return _unless_unknown(where, got)


def _is_too_many(got: JsonObject | Refusal) -> bool:
    if isinstance(got, JsonObject) or got.status != HTTPStatus.BAD_REQUEST:
        return False
    return "limit" in got.message.lower()


def _unless_unknown(where: str, got: JsonObject | Refusal) -> JsonObject | None:
    if isinstance(got, JsonObject):
        return got
    if got.status == HTTPStatus.NOT_FOUND:
        return None
    what = f'{where} was answered with status {got.status}: "{got.message}"'
    raise BadAnswerError(NAME, what)


def _requested(
    where: str, call: Call, spotify: spotipy.Spotify
) -> JsonObject | Refusal:
    try:
        value: Any = call(spotify)
    except spotipy.SpotifyException as error:
        message = " ".join(str(error.msg).rpartition(":\n")[2].split())
        return Refusal(error.http_status, message[:_MAX_QUOTED])
    return an_object(NAME, where, value)


def _checked(where: str, got: JsonObject | Refusal) -> JsonObject | Refusal:
    if isinstance(got, JsonObject):
        return got
    if "premium" in got.message.lower() and got.status == HTTPStatus.FORBIDDEN:
        what = f'{where} was answered with "{got.message}"'
        raise BadCredentialsError(NAME, what, hint=_NEEDS_PREMIUM)
    if got.status == HTTPStatus.UNAUTHORIZED:
        what = f"{where} was answered with status 401 also with a new token"
        raise BadCredentialsError(NAME, what, hint=_CORRECT_CREDENTIALS)
    if got.status in {400, 403, 404}:
        return got
    what = f'{where} was answered with status {got.status}: "{got.message}"'
    raise BadAnswerError(NAME, what)


class _Token:
    """spotipy's client credentials: all threads share one token.

    Attributes:
        renewed: How many tokens have expired.
    """

    def __init__(self, http_client: HttpClient) -> None:
        self.renewed = 0
        self._http_client = http_client
        self._lock = threading.Lock()
        self._cache = MemoryCacheHandler()
        self._manager: SpotifyClientCredentials | None = None
        self._refused: BadCredentialsError | None = None

    def get_access_token(self, as_dict: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002  the signature is spotipy's
        """The current token; spotipy calls this.

        Raises:
            BadCredentialsError: There are no credentials, or Spotify refuses them.
        """
        with self._lock:
            if self._refused is not None:
                raise self._refused
            try:
                return str(self._managed().get_access_token(as_dict=False))
            except (SpotifyOauthError, UnicodeEncodeError) as error:
                why = str(getattr(error, "error", "they are not plain letters"))
                what = f'the credentials are not accepted: "{why[:_MAX_QUOTED]}"'
                hint = _CORRECT_CREDENTIALS
                self._refused = BadCredentialsError(NAME, what, hint=hint)
                raise self._refused from error
            except (KeyError, TypeError) as error:
                what = "the reply to the request for a token has no token"
                raise BadAnswerError(TOKEN_SERVICE, what) from error

    def renew(self, renewed: int) -> None:
        """Drop the token that was current when so many had expired."""
        with self._lock:
            # Otherwise another thread has renewed it already.
            if renewed == self.renewed:
                self.renewed += 1
                self._cache.save_token_to_cache(None)

    def _managed(self) -> SpotifyClientCredentials:
        if self._manager is None:
            account = self._http_client.service(NAME).account
            client_id = account.get("client_id")
            client_secret = account.get("client_secret")
            if not client_id or not client_secret:
                what = "SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET are not both set"
                raise BadCredentialsError(NAME, what, hint=GET_CREDENTIALS)
            self._manager = SpotifyClientCredentials(
                client_id,
                client_secret,
                requests_session=_TokenSession(self._http_client, TOKEN_SERVICE),
                cache_handler=self._cache,
            )
            self._manager.OAUTH_TOKEN_URL = self._http_client.service(
                TOKEN_SERVICE
            ).base_url
        return self._manager


class _ClientSession(requests.Session):
    """A session for spotipy that sends through our `HttpClient`, as one service's requests."""

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
        """Send through the `HttpClient`, which has its own time-outs and proxies."""
        query = _query(params or {})
        sending = Request(url, query, method, headers or {}, data or {})
        return _response(
            self._http_client.send(self._service, sending), self.error_body
        )

    @staticmethod
    def error_body(status: int, value: JsonValue, text: str) -> JsonValue:
        """An error body that spotipy can read."""
        raise NotImplementedError


class _ApiSession(_ClientSession):
    @staticmethod
    def error_body(status: int, value: JsonValue, text: str) -> JsonValue:
        error = value.get("error") if isinstance(value, dict) else None
        if isinstance(error, dict):
            return value
        return {
            "error": {"status": status, "message": str(error or text)[:_MAX_QUOTED]}
        }


class _TokenSession(_ClientSession):
    @staticmethod
    def error_body(status: int, value: JsonValue, text: str) -> JsonValue:
        if isinstance(value, dict) and value.get("error"):
            return value
        return {"error": f"status {status} {text[:_MAX_QUOTED]}".strip()}


def _query(params: Mapping[str, object]) -> list[tuple[str, str]]:
    """The query with "market" where spotipy 2.26 still writes "country" (its issue 1231)."""
    return [
        ("market" if name == "country" else name, str(value))
        for name, value in params.items()
        if value is not None
    ]


def _response(
    raw: RawResponse, error_body: Callable[[int, JsonValue, str], JsonValue]
) -> requests.Response:
    body = raw.body
    if raw.status >= HTTPStatus.BAD_REQUEST:
        text = body.decode("utf-8", errors="replace")
        body = json.dumps(error_body(raw.status, _json(text), text)).encode()
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
