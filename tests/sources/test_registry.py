"""The entries of the services, their adapters, and the settings applied to them."""

import re
import subprocess
import sys
from collections import Counter

import pytest

from crawler.errors import CrawlError, SettingsError, UnsupportedError
from crawler.http.service import configure
from crawler.sources.base import Capability
from crawler.sources.registry import (
    artist_on,
    artist_page,
    http_services,
    make_source,
    playlist_page,
    service_entry,
    services,
    services_with,
    track_page,
)
from graph.model.music import PlaylistId, TrackId
from tests.support.crawl_context import door_to
from tests.support.replies.musicbrainz_replies import deezer, musicbrainz, source


@pytest.fixture
def server():
    with musicbrainz() as server:
        yield server


@pytest.mark.parametrize("name", services())
def test_each_entry_has_an_adapter_and_a_known_artist_of_its_own_ids(name, server):
    entry = service_entry(name)
    made = make_source(name, door_to(server.url))
    assert (made.name, made.capabilities) == (name, entry.capabilities)
    assert made.access_varies == entry.access_varies
    source, _, own = entry.known_artist.partition(":")
    assert source == name or entry.answers_for_any_ids
    ids = service_entry(source).ids
    assert ids
    assert re.fullmatch(ids.pattern, own)
    assert artist_on(artist_page(entry.known_artist), source) == entry.known_artist


def test_each_service_on_the_web_belongs_to_one_entry_and_has_its_own_variable():
    owners = Counter(s.name for entry in services().values() for s in entry.http)
    assert set(owners.values()) == {1}
    variables = [one.variable for one in http_services().values() if one.variable]
    variables += [one.variable for e in services().values() for one in e.account]
    assert len(set(variables)) == len(variables)


def test_roles_and_pages_come_from_the_entries():
    assert services_with(Capability.RELATED) == ("deezer", "spotify")
    assert services_with(Capability.GENRES) == ("musicbrainz", "spotify")
    album = "https://open.spotify.com/album/4tZwfgrHOc3mvqYlEYSvVi"
    assert artist_on(album, "spotify") is None
    assert artist_on("https://www.deezer.com/artist/5080", "deezer") is None
    assert track_page(TrackId("deezer:7")) == "https://www.deezer.com/track/7"
    assert playlist_page(PlaylistId("nobody:7")) is None
    assert track_page(TrackId("deezer:")) is None


def test_the_registry_loads_no_adapter_and_no_http_library():
    program = (
        "import sys; from crawler.sources.registry import services; services(); "
        "print(*(m for m in sys.modules if m in ('requests', 'spotipy', 'urllib3') "
        "or m.endswith('.source')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_musicbrainz_declares_its_capabilities_and_refuses_the_others(server):
    one = source(server)
    assert one.capabilities == {Capability.GENRES: 100, Capability.BY_GENRE: 100}
    with pytest.raises(UnsupportedError, match="musicbrainz: cannot name related"):
        one.related(deezer(27))


def test_the_terms_are_musicbrainz_own_unless_it_is_on_this_machine(server):
    real = make_source(
        "musicbrainz", door_to("https://musicbrainz.org/ws/2", limits=True)
    )
    assert real.terms == service_entry("musicbrainz").terms
    assert "BY-NC-SA" in real.terms.summary
    assert "CC0" in source(server).terms.summary


def test_an_unknown_source_is_refused_with_the_nearest_name(server):
    with pytest.raises(CrawlError, match='did you mean "deezer"'):
        make_source("dezer", door_to(server.url))


def test_services_have_their_own_addresses_and_rates_unless_others_are_set():
    services = configure(
        http_services().values(),
        {"deezer": "http://127.0.0.1:8"},
        {"musicbrainz": (1, 2.0)},
    )
    by_name = {service.name: service for service in services}
    assert by_name["deezer"].base_url == "http://127.0.0.1:8"
    assert (by_name["deezer"].requests, by_name["deezer"].seconds) == (50, 5)
    assert (by_name["musicbrainz"].requests, by_name["musicbrainz"].seconds) == (1, 2)
    assert by_name["musicbrainz"].base_url == "https://musicbrainz.org"
    assert by_name["musicbrainz"].wants_contact
    assert by_name["listenbrainz"] == http_services()["listenbrainz"]
    assert by_name["deezer-previews"].requests == 0


@pytest.mark.parametrize(
    ("addresses", "paces", "words"),
    [
        ({"deezr": "http://x"}, {}, 'did you mean "deezer"'),
        ({}, {"deezr": (1, 1.0)}, 'did you mean "deezer"'),
        ({"deezer": "ftp://x"}, {}, "is not an http\\(s\\) URL"),
        ({"deezer": "127.0.0.1:80"}, {}, "is not an http\\(s\\) URL"),
        ({}, {"deezer": (-1, 1.0)}, "cannot take -1 requests"),
        ({}, {"deezer": (1, 0.0)}, "in 0 seconds"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_the_error(addresses, paces, words):
    with pytest.raises(SettingsError, match=words):
        configure(http_services().values(), addresses, paces)


def test_an_address_may_end_with_the_version_of_the_web_service():
    services = configure(
        http_services().values(), {"musicbrainz": "http://127.0.0.1:5000/ws/2/"}, {}
    )
    assert "http://127.0.0.1:5000" in {service.base_url for service in services}
