"""One conversation with Spotify: the requests that one answer takes, and what a no means."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeAlias

import spotipy

from crawler.errors import BadAnswerError
from crawler.sources.json_reader import JsonObject
from crawler.sources.spotify.access import SMALL_PAGE, Access
from crawler.sources.spotify.client import SERVICE, Call, Refusal, SpotifyClient

PagedCall: TypeAlias = Callable[[spotipy.Spotify, int], object]


class SpotifySession:
    """The requests that one answer takes."""

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
        return {SERVICE: self._requests} if self._requests else {}

    def ask(self, where: str, call: Call) -> JsonObject | Refusal:
        """See `SpotifyClient.ask`."""
        self._requests += 1
        return self._client.ask(where, call)

    def known(self, where: str, call: Call) -> JsonObject | None:
        """What Spotify says of one thing; None where it knows none of that id."""
        return _unless_unknown(where, self.ask(where, call))

    def paged(self, where: str, count: int, call: PagedCall) -> JsonObject | None:
        """One page of `count` rows, or of as many as this app is given."""
        limit = min(count, self.access.page)
        got = self.ask(where, lambda s: call(s, limit))
        if _is_too_many(got) and limit > SMALL_PAGE:
            self.access.page = SMALL_PAGE
            got = self.ask(where, lambda s: call(s, SMALL_PAGE))
        return _unless_unknown(where, got)


def _is_too_many(got: JsonObject | Refusal) -> bool:
    if isinstance(got, JsonObject) or got.status != HTTPStatus.BAD_REQUEST:
        return False
    return "limit" in got.said.lower()


def _unless_unknown(where: str, got: JsonObject | Refusal) -> JsonObject | None:
    if isinstance(got, JsonObject):
        return got
    if got.status == HTTPStatus.NOT_FOUND:
        return None
    what = f'{where} was answered with status {got.status}: "{got.said}"'
    raise BadAnswerError(SERVICE, what)
