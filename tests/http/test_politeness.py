"""The limits of the services hold whatever is configured, and requests identify us."""

import pytest

from crawler.cli import run_command_line
from crawler.cli.wiring import services_in_force, services_notes
from crawler.config.settings import Flags, Settings, load_settings
from crawler.errors import SettingsError
from crawler.http.service import configure
from crawler.sources.registry import http_services, services
from tests.support.processes.program import NO_PACE

STANDIN = {
    f"GENREGRAPH_{name}_URL": "http://127.0.0.1:1"
    for name in ("DEEZER", "MUSICBRAINZ", "LISTENBRAINZ")
}


def settings(tmp_path, text: str, environment: dict[str, str]) -> Settings:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(Flags(), environment, file)


def pace(settings: Settings, name: str) -> tuple[int, float]:
    found = {service.name: service for service in services_in_force(settings)}
    return found[name].requests, found[name].seconds


@pytest.mark.parametrize(
    ("name", "faster", "limit"),
    [
        ("musicbrainz", (2, 1.0), "allows 1 request in 1 s"),
        ("musicbrainz", (1, 0.9), "allows 1 request in 1 s"),
        ("deezer", (51, 5.0), "allows 50 requests in 5 s"),
        ("listenbrainz", (1_000_000, 1.0), "allows 30 requests in 10 s"),
        ("listenbrainz", (0, 1.0), "allows 30 requests in 10 s"),
    ],
)
def test_a_rate_above_the_published_limit_is_refused_with_the_limit(
    name, faster, limit
):
    with pytest.raises(SettingsError, match=limit) as caught:
        configure(http_services().values(), {}, {name: faster})
    assert "only a mirror of your own may be requested faster" in caught.value.hint


@pytest.mark.parametrize(
    "address",
    [
        "https://musicbrainz.org/ws/2/",
        "http://MUSICBRAINZ.org.:80",
        "https://beta.musicbrainz.org",
    ],
)
def test_the_official_address_is_recognised_in_each_form(address):
    with pytest.raises(SettingsError, match="musicbrainz"):
        configure(
            http_services().values(),
            {"musicbrainz": address},
            {"musicbrainz": (50, 1.0)},
        )


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:5000", "https://notmusicbrainz.org", "http://mb.lan"]
)
def test_a_mirror_may_be_requested_faster(address):
    found = configure(
        http_services().values(), {"musicbrainz": address}, {"musicbrainz": (50, 1.0)}
    )
    assert {(s.requests, s.seconds) for s in found if s.name == "musicbrainz"} == {
        (50, 1.0)
    }


def test_rates_up_to_the_published_limit_are_accepted():
    found = configure(
        http_services().values(), {}, {"deezer": (10, 1.0), "musicbrainz": (1, 3.0)}
    )
    paces = {service.name: (service.requests, service.seconds) for service in found}
    assert (paces["deezer"], paces["musicbrainz"]) == ((10, 1.0), (1, 3.0))


def test_a_crawl_with_an_excessive_rate_ends_with_status_2_before_any_request(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for name in STANDIN:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".genregraph").mkdir()
    (tmp_path / ".genregraph" / "config.toml").write_text(NO_PACE, encoding="utf-8")
    assert run_command_line(["probe"]) == 2
    said = capsys.readouterr()
    assert "deezer at api.deezer.com allows 50 requests in 5 s" in said.err
    assert said.out == ""


def test_a_rate_set_with_an_address_does_not_apply_to_another_address(tmp_path):
    text = (
        '[sources.musicbrainz]\nurl = "http://mirror:5000/"\nrequests = 50\nseconds = 1'
    )
    mirror = settings(tmp_path, text, {})
    assert pace(mirror, "musicbrainz") == (50, 1)
    same = {"GENREGRAPH_MUSICBRAINZ_URL": "http://mirror:5000"}
    assert pace(settings(tmp_path, text, same), "musicbrainz") == (50, 1)
    for other in ("https://musicbrainz.org", "http://127.0.0.1:1"):
        moved = settings(tmp_path, text, {"GENREGRAPH_MUSICBRAINZ_URL": other})
        assert moved.service("musicbrainz").pace is None
        assert pace(moved, "musicbrainz") == (1, 1)


def test_a_rate_without_an_address_applies_to_any_address(tmp_path):
    moved = settings(tmp_path, NO_PACE, STANDIN)
    assert moved.service("deezer").pace == (1_000_000, 1.0)
    assert pace(moved, "musicbrainz") == (1_000_000, 1)


@pytest.mark.parametrize("contact", ["", "me", "somebody somewhere"])
def test_without_a_contact_the_wish_of_musicbrainz_is_printed(contact):
    settings = load_settings(Flags(), {"GENREGRAPH_CONTACT": contact})
    assert services_notes(settings, ["deezer"]) == ()
    notes = services_notes(settings, ["deezer", "musicbrainz"])
    assert len(notes) == 1
    assert "musicbrainz wants an address of yours" in notes[0]
    assert "set GENREGRAPH_CONTACT, such as you@example.org" in notes[0]


@pytest.mark.parametrize(
    "environment",
    [
        {"GENREGRAPH_CONTACT": "me@example.org"},
        {"GENREGRAPH_CONTACT": "https://example.org/me"},
        {"GENREGRAPH_MUSICBRAINZ_URL": "http://127.0.0.1:5000"},
    ],
)
def test_with_a_contact_or_a_mirror_nothing_is_printed(environment):
    assert services_notes(load_settings(Flags(), environment), services()) == ()
