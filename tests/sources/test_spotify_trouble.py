"""Spotify's tokens, credentials, secrets and ways to fail."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from crawler.errors import (
    BadAnswerError,
    BadCredentialsError,
    QuotaExhaustedError,
    TransientError,
)
from crawler.sources.base import Answer, Source
from crawler.sources.registry import make_source
from crawler.sources.spotify.service import SERVICE
from crawler.standin import faults
from crawler.standin.http import json_reply
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from tests.support.crawl_context import door_to
from tests.support.servers.spotify_client import NOBODY, spotify_of
from tests.support.worlds.spotify_worlds import artist_id


@pytest.fixture(scope="module")
def world():
    return bundled_world()


@pytest.fixture(scope="module")
def standin(world):
    with serve(world, limits=False) as standin:
        yield standin


@pytest.fixture
def spotify(standin) -> Source:
    return spotify_of(standin)


def test_every_request_that_takes_a_market_has_one(world):
    with serve(world, limits=False) as standin:
        spotify = spotify_of(standin, market="DE")
        someone = artist_id(next(n for n, t in world.tracks_of.items() if t))
        spotify.find_artists("the")
        track = spotify.top_tracks(someone).value.tracks[0].id
        spotify.albums(someone)
        spotify.preview(track)
        spotify.playlist(spotify.find_playlists("metal").value[0].id)
        paths = [one.path for one in standin.requests if one.service == "spotify"]
    assert len(paths) >= 6
    assert all("market=DE" in path for path in paths)
    assert not any("country=" in path for path in paths)


def test_many_threads_share_one_token(world):
    with serve(world, limits=False) as standin:
        spotify = spotify_of(standin)
        artists = [artist_id(number) for number in list(world.artists)[:40]]
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(spotify.artist, artists))
        assert all(isinstance(one, Answer) for one in found)
        assert standin.counts()["accounts"] == 1


class UntilRenewed:
    """A service that refuses every token until it has issued a number of them."""

    def __init__(self, tokens: int) -> None:
        self.missing = tokens

    def __call__(self, service: str, path: str, number: int):
        self.missing -= service == "accounts"
        is_refused = service == "spotify" and self.missing > 0
        return faults.BAD_TOKEN if is_refused else None


def test_an_expired_token_is_renewed_once_for_all_threads(world):
    with serve(world, limits=False, faults=UntilRenewed(2)) as standin:
        spotify = spotify_of(standin)
        artists = [artist_id(number) for number in list(world.artists)[:8]]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(spotify.artist, artists))
        assert [one.requests for one in found] == [{"spotify": 1}] * 8
        assert standin.counts()["accounts"] == 2


def test_a_new_token_that_is_refused_too_means_bad_credentials(world):
    with serve(world, limits=False, faults=UntilRenewed(99)) as standin:
        spotify = spotify_of(standin)
        with pytest.raises(BadCredentialsError, match="401 also with a new token"):
            spotify.artist(NOBODY)
        assert standin.counts()["accounts"] == 2


def test_without_credentials_no_request_is_sent_and_the_hint_tells_where_to_get_them(
    world,
):
    with serve(world, limits=False) as standin:
        spotify = spotify_of(standin, credentials=("", ""))
        with pytest.raises(BadCredentialsError, match="SPOTIPY_CLIENT_ID") as caught:
            spotify.find_artists("the")
        assert standin.counts()["accounts"] == 0
    assert "developer.spotify.com" in caught.value.hint
    assert "deezer" in caught.value.hint


def test_wrong_credentials_are_tried_once(world):
    with serve(world, limits=False) as standin:
        spotify = spotify_of(standin, credentials=("standin", "hunter2"))
        for _ in range(3):
            with pytest.raises(BadCredentialsError, match="invalid_client") as caught:
                spotify.find_artists("the")
        assert standin.counts()["accounts"] == 1
    assert "hunter2" not in f"{caught.value} {caught.value.hint} {spotify!r}"


def test_neither_token_nor_secret_is_ever_logged(world, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("spotipy", "spotipy.client", "spotipy.oauth2", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    with serve(world, limits=False) as standin:
        spotify = spotify_of(standin)
        spotify.find_artists("the")
        spotify.artist(NOBODY)
    words = caplog.text.lower()
    assert "get /spotify/v1/artists" in words  # logging was on
    for secret in ("bearer", "basic ", "c3rhbmrpbjpzdgfuzglu", "bq1"):
        assert secret not in words


def failing(wrong: faults.Fault, *, times: int = 1_000):
    def schedule(service: str, path: str, number: int):
        return wrong if service == "spotify" and number <= times else None

    return schedule


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (faults.HTML, BadAnswerError, "not JSON but text/html"),
        (faults.STRING_ERROR, TransientError, "status 500"),
        (faults.LIST_ERROR, TransientError, "status 500"),
        (faults.BROKEN, TransientError, "status 500"),
        (faults.SILENCE, TransientError, "does not answer|broke off"),
        (faults.HALF_BODY, TransientError, "broke off"),
        (faults.WRONG_SHAPE, BadAnswerError, '"id" instead of text'),
        (faults.NO_PREMIUM, BadCredentialsError, "premium"),
        (faults.quota_exceeded(), QuotaExhaustedError, "asks to wait until"),
        (faults.Fault(json_reply({"error": "odd"}, 403)), BadAnswerError, "odd"),
        (faults.Fault(json_reply([], 418)), BadAnswerError, "status 418"),
        (faults.Fault(json_reply([1])), BadAnswerError, "instead of an object"),
    ],
)
def test_every_failure_becomes_one_of_our_errors(world, wrong, error, words):
    with serve(world, limits=False, faults=failing(wrong)) as standin:
        spotify = spotify_of(standin)
        with pytest.raises(error, match=words) as caught:
            spotify.artist(artist_id(next(iter(world.artists))))
    assert type(caught.value) is error


def test_a_momentary_failure_is_retried(world):
    someone = artist_id(next(iter(world.artists)))
    for wrong in (faults.UNAVAILABLE, faults.HTML, faults.HALF_BODY):
        with serve(world, limits=False, faults=failing(wrong, times=2)) as standin:
            found = spotify_of(standin).artist(someone)
            assert standin.counts()["spotify"] == 3
        assert isinstance(found, Answer)
        assert found.requests == {"spotify": 1}


def test_missing_relatives_of_one_artist_close_nothing_once_others_had_some(
    world,
):
    first, second = [artist_id(number) for number in list(world.artists)[:2]]
    odd = faults.Fault(json_reply({"error": {"status": 404, "message": ""}}, 404))

    def schedule(service: str, path: str, number: int):
        is_odd = second.partition(":")[2] in path and "related" in path
        return odd if is_odd else None

    with serve(world, limits=False, faults=schedule) as standin:
        spotify = spotify_of(standin)
        spotify.related(first)
        with pytest.raises(BadAnswerError, match="although the artist exists"):
            spotify.related(second)
        assert isinstance(spotify.related(first), Answer)


def test_the_real_service_has_its_own_terms():
    real = make_source("spotify", door_to("https://api.spotify.com", limits=True))
    assert real.terms == SERVICE.terms
    assert "machine learning" in SERVICE.terms.summary
    assert "written permission" in SERVICE.terms.accepting_means
