"""The adapters against the stand-in service: two readings of the same facts."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from crawler.clock import SystemClock
from crawler.sources.base import Answer, NotFound, Source
from crawler.sources.registry import make_source
from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.model.genres import fold
from graph.model.music import ArtistId, PlaylistId, TrackId
from tests.support.crawl_context import door_to


@pytest.fixture(scope="module")
def standin():
    with serve(bundled_world(), limits=False) as standin:
        yield standin


def client(standin: Standin, *, limits: bool = False):
    return door_to(
        standin.deezer_url,
        SystemClock(),
        limits=limits,
        musicbrainz=standin.musicbrainz_url,
        listenbrainz=standin.listenbrainz_url,
    )


@pytest.fixture
def deezer(standin) -> Source:
    return make_source("deezer", client(standin))


@pytest.fixture
def musicbrainz(standin) -> Source:
    return make_source("musicbrainz", client(standin))


def ids(standin: Standin) -> list[ArtistId]:
    return [ArtistId(f"deezer:{number}") for number in standin.world.artists]


def test_every_artist_and_its_relatives_match_the_world(standin, deezer):
    for artist in ids(standin)[:100]:
        person = standin.world.artists[int(artist.partition(":")[2])]
        about, found = deezer.artist(artist), deezer.related(artist)
        assert isinstance(about, Answer)
        assert isinstance(found, Answer)
        assert about.value.name == person.name
        assert [e.end for e in found.value.edges] == [
            f"deezer:{other}" for other in person.related
        ]
        assert found.requests == {"deezer": 1}


def test_an_artist_is_found_by_its_name_among_namesakes(standin, deezer):
    for artist in list(standin.world.artists.values())[:50]:
        found = deezer.find_artists(artist.name)
        assert f"deezer:{artist.id}" in {one.id for one in found.value}


def test_tracks_and_credits_match_the_world(standin, deezer):
    credited = 0
    for artist in ids(standin)[:100]:
        found = deezer.top_tracks(artist)
        assert isinstance(found, Answer)
        tracks = standin.world.tracks_of.get(int(artist.partition(":")[2]), ())
        assert {t.id for t in found.value.tracks} == {
            f"deezer:{t.id}" for t in tracks[:25]
        }
        credited += len(found.value.performs) > len(found.value.tracks)
    assert credited


def test_a_preview_links_to_audio_and_has_the_isrc(standin, deezer):
    got = client(standin)
    number = next(t.id for t in standin.world.tracks.values() if t.isrc)
    offers = (deezer.preview(TrackId(f"deezer:{n}")) for n in standin.world.tracks)
    offer = next(o for o in offers if isinstance(o, Answer) and o.value.url)
    file = got.get_bytes(
        offer.value.url, service="deezer-previews", limit_bytes=2_000_000
    )
    assert (file.status, file.content_type) == (200, "audio/mpeg")
    assert len(file.body) > 100_000
    with_isrc = deezer.preview(TrackId(f"deezer:{number}"))
    assert isinstance(with_isrc, Answer)
    assert with_isrc.value.track.isrc == standin.world.tracks[number].isrc


def test_an_id_unknown_to_the_stand_in_is_not_found(deezer):
    assert deezer.artist(ArtistId("deezer:1")) == NotFound({"deezer": 1})
    assert deezer.related(ArtistId("deezer:1")) == NotFound({"deezer": 1})
    assert deezer.top_tracks(ArtistId("deezer:1")) == NotFound({"deezer": 1})
    assert deezer.preview(TrackId("deezer:1")) == NotFound({"deezer": 1})
    assert deezer.playlist(PlaylistId("deezer:1")) == NotFound({"deezer": 1})


def test_a_playlist_is_found_and_read_to_its_end(standin, deezer):
    for one in list(standin.world.playlists.values())[:10]:
        found = deezer.playlist(PlaylistId(f"deezer:{one.id}"))
        assert isinstance(found, Answer)
        assert [t.id for t in found.value.tracks.tracks] == [
            f"deezer:{t}" for t in dict.fromkeys(one.tracks)
        ]
    assert found.value.playlist.id in {
        p.id for p in deezer.find_playlists(found.value.playlist.name).value
    }


def test_genres_of_all_artists_match_the_world(standin, musicbrainz):
    artists = ids(standin)
    parts = [artists[i : i + 100] for i in range(0, len(artists), 100)]
    found = [musicbrainz.genres(part) for part in parts]
    expected = {
        (artist, fold(name), votes)
        for page, entry in standin.world.by_page.items()
        if (artist := ArtistId(f"deezer:{page.rpartition('/')[2]}")) in artists
        for name, votes in entry.genres
    }
    got = {
        (e.artist, e.genre, e.votes) for answer in found for e in answer.value.genres
    }
    assert got == expected
    assert len(got) > len(artists) / 2


def test_one_hundred_artists_take_three_requests(standin, musicbrainz):
    before = dict(standin.counts())
    found = musicbrainz.genres(ids(standin)[:100])
    after = standin.counts()
    sent = {name: after[name] - before[name] for name in found.requests}
    assert sent == found.requests
    assert sum(sent.values()) <= 3


def test_artists_of_a_genre_carry_it_and_have_the_identity_of_their_page(
    standin, musicbrainz
):
    entries = standin.world.entries.values()
    carried = Counter(
        fold(name) for e in entries for name, votes in e.genres if votes > 0
    )
    genre = carried.most_common(1)[0][0]
    assert genre in musicbrainz.genre_names().value
    found = musicbrainz.artists_by_genre([genre], count=10, id_space="deezer").value
    assert len(found.artists) == 10
    by_page = standin.world.by_page
    for artist, identity in zip(found.artists, found.identities, strict=True):
        assert by_page[artist.url].mbid == identity.mbid
        assert genre in {e.genre for e in found.genres if e.artist == artist.id}


def test_at_its_limit_the_service_refuses_nothing_and_nearly_the_whole_rate_is_used():
    with serve(bundled_world(), limits=True) as limited:
        source = make_source("deezer", client(limited, limits=True))
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(source.related, ids(limited)[:80]))
        assert limited.busiest("deezer") <= 50
        times = [
            request.time for request in limited.requests if request.service == "deezer"
        ]
    assert len(times) == 80  # none was refused and sent again
    assert 79 / (times[-1] - times[0]) >= 0.9 * 10
