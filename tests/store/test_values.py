"""What `graph.store` keeps of artists, tracks, edges and failures, on every store."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from graph.model.crawl import QuestionState
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    Contains,
    Failed,
    HasGenre,
    Identity,
    Performs,
    Playlist,
    PlaylistId,
    Question,
    Related,
    Track,
    TrackId,
)
from tests.support.store_contract import (
    ANNA,
    AT,
    BERT,
    GENRES,
    LATER,
    RELATED,
    SONG,
    TAGGED,
    TUNE,
    answer,
    begun,
    edges,
    node,
    relatives,
)


def test_an_empty_answer_is_an_answer(store):
    begun(store)
    store.commit([answer(RELATED, relatives())], at=AT)
    (anna,) = store.snapshot().artists
    assert anna.related == QuestionState(answered=True)


def test_an_artist_keeps_its_first_values_and_gets_missing_ones(store):
    begun(store)
    again = Artist(ANNA.id, "Other", "other", "https://x/1", 55, 8)
    store.commit([answer(RELATED, relatives(again))], at=AT)
    anna = store.snapshot().artists[0]
    assert (anna.name, anna.popularity, anna.followers) == (ANNA.name, 55, 7)
    assert node(store, ANNA.id)["url"] == "https://x/1"
    assert node(store, ANNA.id)["source"] == "deezer"


def test_a_track_keeps_its_first_values_and_gets_missing_ones(store):
    begun(store)
    first = Changes(tracks=(TUNE,))
    again = Track(
        TUNE.id, "Other", "x", 5, "DE2", popularity=9, album="A", album_id="a1"
    )
    again = replace(again, explicit=True, release_date="1999", has_preview=True)
    again = replace(again, license="CC0", license_url="https://cc")
    store.commit([answer(RELATED, first)], at=AT)
    store.commit([answer(GENRES, Changes(tracks=(again,)))], at=AT)
    kept = node(store, TUNE.id)
    assert kept == {
        "id": TUNE.id,
        "name": "Tune",
        "source": "deezer",
        "isrc": "DE1",
        "has_preview": False,
        "duration_ms": 5,
        "explicit": True,
        "popularity": 9,
        "album": "A",
        "album_id": "a1",
        "release_date": "1999",
        "license": "CC0",
        "license_url": "https://cc",
    }


def test_an_edge_keeps_its_first_time_and_gets_the_newest_rank(store):
    begun(store)
    edge = Related(ANNA.id, BERT.id, "deezer", 4, 0.5)
    store.commit([answer(RELATED, Changes(artists=(BERT,), related=(edge,)))], at=AT)
    assert edges(store, "RELATED_TO")[0]["properties"]["score"] == 0.5
    newer = replace(edge, rank=2, score=None)
    store.commit([answer(GENRES, Changes(related=(newer,)))], at=LATER)
    (kept,) = edges(store, "RELATED_TO")
    assert kept["properties"] == {
        "first_seen_at": "2026-11-24T12:30:15.250000Z",
        "last_seen_at": "2026-11-24T13:30:15.250000Z",
        "rank": 2,
        "source": "deezer",
    }


def test_each_source_has_its_own_edge(store):
    begun(store)
    changes = Changes(
        artists=(BERT,),
        related=(
            Related(ANNA.id, BERT.id, "deezer", 1),
            Related(ANNA.id, BERT.id, "listenbrainz", 1, 0.25),
        ),
        genres=(
            HasGenre(ANNA.id, "thrash", "deezer"),
            HasGenre(ANNA.id, "thrash", "musicbrainz", 0, 0.0),
        ),
    )
    store.commit([answer(RELATED, changes)], at=AT)
    assert len(edges(store, "RELATED_TO")) == 2
    assert store.snapshot().genres == changes.genres
    assert store.genres() == ("thrash",)


def test_a_time_in_another_zone_is_the_same_time(store):
    begun(store)
    zone = timezone(timedelta(hours=5, minutes=30))
    store.commit([answer(RELATED, relatives())], at=AT.astimezone(zone))
    assert node(store, ANNA.id)["related_at"] == "2026-11-24T12:30:15.250000Z"


def test_a_failure_has_a_reason_and_an_answer_clears_it(store):
    begun(store)
    failed = Failed(ANNA.id, Question.RELATED, "deezer", "bad answer", 3)
    store.commit([answer(RELATED, Changes(failed=(failed,)))], at=AT)
    (anna,) = store.snapshot().artists
    assert anna.related == QuestionState(answered=False, tries=3, why="bad answer")
    assert node(store, ANNA.id)["related_failed_at"] == "2026-11-24T12:30:15.250000Z"

    store.commit([answer(GENRES, relatives())], at=LATER)
    (anna,) = store.snapshot().artists
    assert anna.related == QuestionState(answered=True)
    assert not any("failed" in name for name in node(store, ANNA.id))


def test_the_smaller_of_two_identities_is_kept_in_any_order(store):
    begun(store)
    for part, mbid in ((RELATED, "m5"), (GENRES, "m3"), (TAGGED, "m4")):
        identity = Identity(ANNA.id, mbid, f"by {mbid}")
        store.commit([answer(part, Changes(identities=(identity,)))], at=AT)
    assert store.snapshot().artists[0].mbid == "m3"
    assert node(store, ANNA.id)["identified_by"] == "by m3"


def test_previews_are_counted_for_each_artist_credited(store):
    begun(store)
    changes = Changes(
        artists=(BERT,),
        tracks=(SONG, TUNE),
        performs=(
            Performs(ANNA.id, SONG.id, 1),
            Performs(BERT.id, SONG.id, 2),
            Performs(BERT.id, TUNE.id, 1),
        ),
        answered=(Answered(ANNA.id, Question.TRACKS, "deezer"),),
    )
    store.commit([answer(RELATED, changes)], at=AT)
    anna, bert = store.snapshot().artists
    assert (anna.previews, bert.previews) == (1, 1)
    assert anna.tracks.answered
    assert not bert.tracks.answered
    assert bert.depth is None
    assert len(edges(store, "PERFORMS")) == 3


def test_a_playlist_holds_its_tracks_in_order(store):
    liste = Playlist(PlaylistId("deezer:p"), "Metal", "who", 2)
    seeds = Changes(
        tracks=(SONG, TUNE),
        playlists=(liste,),
        contains=(Contains(liste.id, TUNE.id, 1), Contains(liste.id, SONG.id, 2)),
    )
    begun(store, seeds)
    assert [e["end"]["id"] for e in edges(store, "CONTAINS")] == [SONG.id, TUNE.id]
    assert [e["properties"] for e in edges(store, "CONTAINS")] == [
        {"position": 2},
        {"position": 1},
    ]


@pytest.mark.parametrize(
    "changes",
    [
        Changes(related=(Related(ANNA.id, ArtistId("deezer:9"), "deezer", 1),)),
        Changes(genres=(HasGenre(ArtistId("deezer:9"), "thrash", "x"),)),
        Changes(seeds=(ArtistId("deezer:9"),)),
        Changes(answered=(Answered(ArtistId("deezer:9"), Question.TRACKS, "x"),)),
        Changes(performs=(Performs(ANNA.id, TrackId("deezer:t9"), 1),)),
    ],
)
def test_an_edge_or_answer_of_an_unknown_node_is_an_error(store, changes):
    begun(store)
    with pytest.raises(ValueError, match="not exist"):
        store.commit([answer(RELATED, changes)], at=AT)
