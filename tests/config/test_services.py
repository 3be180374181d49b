"""What the sources declare, and the settings of services."""

import pytest

from crawler.errors import CrawlError, SettingsError, UnsupportedError
from crawler.sources.base import Capability
from crawler.sources.musicbrainz.source import TERMS
from crawler.sources.registry import SERVICES, make_source, service_settings
from tests.support.crawl_context import door_to
from tests.support.replies.musicbrainz_replies import deezer, musicbrainz, source


@pytest.fixture
def server():
    with musicbrainz() as server:
        yield server


def test_a_source_declares_what_it_can_do_and_refuses_the_rest(server):
    one = source(server)
    assert one.capabilities == {Capability.GENRES: 100, Capability.BY_GENRE: 100}
    with pytest.raises(UnsupportedError, match="musicbrainz: cannot name related"):
        one.related(deezer(27))


def test_the_terms_are_those_of_musicbrainz_unless_this_machine_imitates_it(server):
    real = make_source(
        "musicbrainz", door_to("https://musicbrainz.org/ws/2", limits=True)
    )
    assert real.terms == TERMS
    assert "BY-NC-SA" in TERMS.summary
    assert "CC0" in source(server).terms.summary


def test_the_error_for_an_unknown_source_names_the_nearest_one(server):
    with pytest.raises(CrawlError, match='did you mean "deezer"'):
        make_source("dezer", door_to(server.url))


def test_services_have_their_own_addresses_and_paces_unless_others_are_set():
    services = service_settings(
        {"deezer": "http://127.0.0.1:8"}, {"musicbrainz": (1, 2.0)}
    )
    by_name = {service.name: service for service in services}
    assert by_name["deezer"].base_url == "http://127.0.0.1:8"
    assert (by_name["deezer"].requests, by_name["deezer"].seconds) == (50, 5)
    assert (by_name["musicbrainz"].requests, by_name["musicbrainz"].seconds) == (1, 2)
    assert by_name["musicbrainz"].base_url == "https://musicbrainz.org"
    assert by_name["musicbrainz"].wants_contact
    assert by_name["listenbrainz"] == SERVICES["listenbrainz"]
    assert by_name["deezer-previews"].requests == 0


@pytest.mark.parametrize(
    ("addresses", "paces", "words"),
    [
        ({"deezr": "http://x"}, {}, 'did you mean "deezer"'),
        ({}, {"deezr": (1, 1.0)}, 'did you mean "deezer"'),
        ({"deezer": "ftp://x"}, {}, "none of the web"),
        ({"deezer": "127.0.0.1:80"}, {}, "none of the web"),
        ({}, {"deezer": (-1, 1.0)}, "cannot be asked -1 times"),
        ({}, {"deezer": (1, 0.0)}, "in 0 seconds"),
    ],
)
def test_the_error_names_a_setting_that_cannot_be_used(addresses, paces, words):
    with pytest.raises(SettingsError, match=words):
        service_settings(addresses, paces)


def test_musicbrainz_address_may_be_written_with_the_version_of_its_service():
    services = service_settings({"musicbrainz": "http://127.0.0.1:5000/ws/2/"}, {})
    assert "http://127.0.0.1:5000" in {service.base_url for service in services}
