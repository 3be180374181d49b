"""Every promise of `graph.store`, on every store."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from graph.crawl_state import (
    AddedSeeds,
    Crawl,
    Plan,
    QuestionState,
    Slice,
    SliceAnswer,
    SliceKind,
)
from graph.errors import BadGraphFileError, BadQueryError
from graph.memory_store import MemoryStore
from graph.model import (
    Answered,
    Artist,
    ArtistId,
    ArtistLabel,
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
    Selection,
    Track,
    TrackId,
    TrackLabel,
)
from graph.store import CrawlStore, Store

AT = datetime(2026, 11, 24, 12, 30, 15, 250_000, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ANNA = Artist(ArtistId("deezer:1"), "Ännä \U0001f3b8 'x'", "deezer", followers=7)
BERT = Artist(ArtistId("deezer:2"), "Bert", "deezer", "https://x/2", 40, 900)
CARA = Artist(ArtistId("deezer:3"), "Cara", "deezer")
SONG = Track(TrackId("deezer:t1"), "Song", "deezer", 200_000, has_preview=True)
TUNE = Track(TrackId("deezer:t2"), "Tune", "deezer", isrc="DE1", has_preview=False)
SEEDS = Changes(artists=(ANNA,), seeds=(ANNA.id,))
RELATED = Slice("0/related/0", 0, 0, SliceKind.RELATED, (ANNA.id,))
GENRES = Slice("0/genres/1", 0, 1, SliceKind.GENRES, (ANNA.id, BERT.id))
TAGGED = Slice("0/seeds/2", 0, 2, SliceKind.SEEDS, (), "thrash metal")
PLAN = Plan(0, (RELATED, GENRES, TAGGED))
CRAWL = Crawl("metal", '{"name": "metal"}', "d1", requests={"deezer": 2})


def begun(store: CrawlStore, seeds: Changes = SEEDS, plan: Plan = PLAN) -> None:
    store.begin(CRAWL, seeds, plan, at=AT)


def answer(part: Slice, changes: Changes, **requests: int) -> SliceAnswer:
    return SliceAnswer(part, changes, requests or {"deezer": 1})


def relatives(*ends: Artist) -> Changes:
    return Changes(
        artists=ends,
        related=tuple(
            Related(ANNA.id, end.id, "deezer", rank)
            for rank, end in enumerate(ends, start=1)
        ),
        answered=(Answered(ANNA.id, Question.RELATED, "deezer"),),
    )


def node(store: Any, key: str) -> Mapping[str, Any]:
    """What a store holds of one node."""
    return next(i["properties"] for i in store.items() if i.get("id") == key)


def edges(store: Any, kind: str) -> list[Mapping[str, Any]]:
    return [i for i in store.items() if i.get("label") == kind]


def test_a_new_store_holds_no_crawl_and_no_plan(store):
    assert store.crawl() is None
    assert store.open_plan() is None
    assert store.snapshot().artists == ()
    assert store.genres() == ()
    assert list(store.items()) == []


def test_a_crawl_begins_with_its_seeds_its_requests_and_its_first_plan(store):
    until = AT + timedelta(minutes=20)
    store.begin(replace(CRAWL, paused_until={"mb": until}), SEEDS, PLAN, at=AT)

    assert store.crawl() == replace(
        CRAWL, requests={"deezer": 2, "mb": 0}, paused_until={"mb": until}
    )
    assert store.open_plan() == PLAN
    (anna,) = store.snapshot().artists
    assert (anna.id, anna.name, anna.depth) == (ANNA.id, ANNA.name, 0)
    assert (anna.followers, anna.popularity, anna.mbid) == (7, None, None)


def test_a_crawl_that_is_begun_again_stays_as_it_is(store):
    begun(store)
    store.commit([answer(RELATED, relatives(BERT))], at=AT)
    before = list(store.items())

    begun(store)

    assert list(store.items()) == before
    assert store.open_plan() == Plan(0, (GENRES, TAGGED))


def test_another_recipe_takes_the_place_of_the_old_one(store):
    begun(store)
    store.change_recipe(replace(CRAWL, recipe="{}", recipe_digest="d2", answers=99))
    assert store.crawl() == replace(CRAWL, recipe="{}", recipe_digest="d2")


def test_seeds_that_a_recipe_adds_come_with_it_in_one_step_and_once(store):
    begun(store)
    changed = replace(CRAWL, recipe="{}", recipe_digest="d2")
    part = Slice("1/seeds/0", 1, 9, SliceKind.SEEDS, (), "metal")
    seeds = Changes(artists=(BERT,), seeds=(BERT.id,))
    added = AddedSeeds(seeds, Plan(1, (part,)), {"deezer": 2}, AT)
    store.change_recipe(changed, added)
    spent = {"deezer": CRAWL.requests.get("deezer", 0) + 2}
    assert store.crawl() == replace(changed, round=1, answers=1, requests=spent)
    assert store.open_plan() == Plan(1, (*PLAN.slices, part))
    assert [a.id for a in store.snapshot().artists if a.depth == 0] == [
        ANNA.id,
        BERT.id,
    ]


def test_the_seconds_of_a_crawl_never_become_less(store):
    begun(store)
    store.keep_seconds(7)
    store.keep_seconds(5.5)
    assert store.crawl() == replace(CRAWL, seconds=7.0)


def test_an_answer_leaves_its_slice_its_edges_and_its_time(store):
    begun(store)
    store.commit([answer(RELATED, relatives(CARA, BERT), deezer=3)], at=AT)

    assert store.open_plan() == Plan(0, (GENRES, TAGGED))
    assert store.snapshot().related == ((ANNA.id, CARA.id), (ANNA.id, BERT.id))
    assert [a.id for a in store.snapshot().artists] == [ANNA.id, BERT.id, CARA.id]
    assert [a.related.answered for a in store.snapshot().artists] == [
        True,
        False,
        False,
    ]
    assert store.crawl() == replace(CRAWL, answers=1, requests={"deezer": 5})
    anna = node(store, ANNA.id)
    assert anna["related_at"] == "2026-11-24T12:30:15.250000Z"
    assert anna["related_by"] == "deezer"
    assert [e["properties"] for e in edges(store, "RELATED_TO")] == [
        {
            "first_seen_at": anna["related_at"],
            "last_seen_at": anna["related_at"],
            "rank": rank,
            "source": "deezer",
        }
        for rank in (2, 1)
    ]


def test_an_answer_that_is_committed_twice_counts_once(store):
    begun(store)
    given = [answer(RELATED, relatives(BERT))]
    store.commit(given, at=AT)
    before = list(store.items())

    store.commit(given, at=LATER)
    store.commit([*given, *given], at=LATER)

    assert list(store.items()) == before
    assert store.crawl() == replace(CRAWL, answers=1, requests={"deezer": 3})


def test_an_answer_to_a_slice_nobody_planned_is_dropped(store):
    begun(store)
    before = list(store.items())
    store.commit([answer(replace(RELATED, id="7/related/0"), relatives(BERT))], at=AT)
    assert list(store.items()) == before


def test_of_a_group_the_open_slices_are_written_and_the_others_are_not(store):
    begun(store)
    store.commit([answer(RELATED, relatives(BERT))], at=AT)
    late = answer(RELATED, relatives(CARA))
    found = Changes(
        genres=(HasGenre(ANNA.id, "thrash", "musicbrainz", 4, 1.0),),
        answered=(Answered(ANNA.id, Question.GENRES, "musicbrainz"),),
    )

    store.commit([late, answer(GENRES, found, musicbrainz=2)], at=AT)

    assert store.snapshot().related == ((ANNA.id, BERT.id),)
    assert store.snapshot().genres == found.genres
    crawl = store.crawl()
    assert crawl is not None
    assert (crawl.answers, crawl.requests) == (2, {"deezer": 3, "musicbrainz": 2})


def test_none_is_an_answer_too(store):
    begun(store)
    store.commit([answer(RELATED, relatives())], at=AT)
    (anna,) = store.snapshot().artists
    assert anna.related == QuestionState(answered=True)


def test_an_artist_keeps_what_was_first_written_and_gets_what_it_lacked(store):
    begun(store)
    again = Artist(ANNA.id, "Other", "other", "https://x/1", 55, 8)
    store.commit([answer(RELATED, relatives(again))], at=AT)
    anna = store.snapshot().artists[0]
    assert (anna.name, anna.popularity, anna.followers) == (ANNA.name, 55, 7)
    assert node(store, ANNA.id)["url"] == "https://x/1"
    assert node(store, ANNA.id)["source"] == "deezer"


def test_a_track_keeps_what_was_first_written_and_gets_what_it_lacked(store):
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


def test_an_edge_keeps_when_it_was_first_seen_and_takes_the_newest_rank(store):
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


def test_a_failure_says_why_and_an_answer_clears_it(store):
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


def test_of_two_identities_the_smaller_is_kept_whatever_the_order(store):
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
def test_an_edge_or_answer_of_an_unknown_node_is_an_error_and_not_lost(store, changes):
    begun(store)
    with pytest.raises(ValueError, match="there"):
        store.commit([answer(RELATED, changes)], at=AT)


def test_a_round_is_closed_with_its_depths_and_its_time_once(store):
    begun(store)
    store.commit([answer(RELATED, relatives(BERT))], at=AT)
    store.close_round(0, {BERT.id: 1}, seconds=2.5)
    store.close_round(0, {BERT.id: 1}, seconds=2.5)
    assert store.open_plan() is None
    assert [a.depth for a in store.snapshot().artists] == [0, 1]
    assert store.crawl() == replace(
        CRAWL, answers=1, seconds=2.5, requests={"deezer": 3}
    )


def test_a_round_of_another_number_is_not_closed(store):
    begun(store)
    store.close_round(3, {}, seconds=1)
    assert store.open_plan() == PLAN


def test_a_round_whose_answers_are_all_in_is_a_plan_without_slices(store):
    begun(store, plan=Plan(0, (RELATED,)))
    store.commit([answer(RELATED, relatives())], at=AT)
    assert store.open_plan() == Plan(0, ())


def test_the_next_round_is_opened_once(store):
    begun(store, plan=Plan(0, ()))
    store.close_round(0, {}, seconds=0)
    part = Slice("1/tracks/0", 1, 0, SliceKind.TRACKS, (ANNA.id,))
    plan = Plan(1, (part, replace(part, id="1/tracks/1", position=1)))
    store.commit_plan(plan)
    store.commit([answer(part, Changes())], at=AT)
    store.commit_plan(plan)
    assert store.open_plan() == Plan(1, plan.slices[1:])
    crawl = store.crawl()
    assert crawl is not None
    assert crawl.round == 1


def test_a_plan_may_be_long_and_keeps_its_order(store):
    parts = tuple(
        Slice(f"0/related/{n}", 0, n, SliceKind.RELATED, (ANNA.id,))
        for n in range(2_345)
    )
    begun(store, plan=Plan(0, parts))
    assert store.open_plan() == Plan(0, parts)


def test_a_service_rests_until_it_is_told_otherwise(store):
    begun(store)
    store.pause("musicbrainz", LATER)
    assert store.crawl().paused_until == {"musicbrainz": LATER}
    store.pause("musicbrainz", None)
    assert store.crawl().paused_until == {}


def test_classes_are_exactly_what_they_were_last_synced_to(store):
    begun(store)
    found = Changes(
        genres=tuple(HasGenre(ANNA.id, g, "mb", 1) for g in ("doom", "pop", "thrash")),
        in_class=(("thrash", "thrash metal"),),
    )
    store.commit([answer(RELATED, found)], at=AT)
    assert [e["end"]["id"] for e in edges(store, "IN_CLASS")] == ["metal/thrash metal"]

    store.sync_classes("other", ["pop"], [("pop", "pop")])
    pairs = [("doom", "doom metal"), ("thrash", "doom metal")]
    for _ in range(2):
        store.sync_classes("metal", ["thrash metal", "doom metal"], pairs)
        assert [
            (e["start"]["id"], e["end"]["id"]) for e in edges(store, "IN_CLASS")
        ] == [
            ("doom", "metal/doom metal"),
            ("pop", "other/pop"),
            ("thrash", "metal/doom metal"),
        ]
    assert node(store, "metal/doom metal") == {
        "id": "metal/doom metal",
        "name": "doom metal",
        "position": 2,
        "recipe": "metal",
    }

    store.sync_classes("metal", ["doom metal"], [])
    assert node(store, "metal/doom metal")["position"] == 1
    assert [e["end"]["id"] for e in edges(store, "IN_CLASS")] == ["other/pop"]
    assert not any(i["id"] == "metal/thrash metal" for i in store.items() if "id" in i)


# What a whole store has beyond what the crawl needs.


def filled(store: Store) -> None:
    begun(store)
    changes = Changes(
        artists=(BERT,),
        related=(Related(ANNA.id, BERT.id, "deezer", 1, 0.5),),
        genres=(HasGenre(ANNA.id, "thrash", "mb", 3, 1.0),),
        in_class=(("thrash", "thrash metal"),),
        tracks=(SONG, TUNE),
        performs=(Performs(ANNA.id, SONG.id, 1), Performs(ANNA.id, TUNE.id, 1)),
        playlists=(Playlist(PlaylistId("deezer:p"), "Metal"),),
        contains=(Contains(PlaylistId("deezer:p"), SONG.id, 1),),
        answered=(Answered(ANNA.id, Question.RELATED, "deezer"),),
        failed=(Failed(BERT.id, Question.TRACKS, "deezer", "gone", 1),),
    )
    store.commit([answer(RELATED, changes)], at=AT)
    store.sync_classes("metal", ["thrash metal", "doom"], [("thrash", "thrash metal")])


CHOSEN = Selection("metal", "single-class", "d", 1, AT, (("artists", 2), ("kept", 1)))


def test_a_question_gets_its_columns_and_rows_in_pythons_own_values(bolt_store):
    filled(bolt_store)
    columns, rows = bolt_store.query(
        "MATCH (a:Artist {id: $id}) "
        "RETURN a.name AS name, a.related_at AS at, [1, 2.5, 'x'] AS list, null AS none",
        {"id": ANNA.id},
    )
    assert columns == ("name", "at", "list", "none")
    assert rows == [(ANNA.name, AT, [1, 2.5, "x"], None)]


def test_nodes_relations_and_paths_become_mappings(bolt_store):
    filled(bolt_store)
    _, ((path, start, edge),) = bolt_store.query(
        "MATCH p = (a:Artist)-[r:RELATED_TO]->(b:Artist) RETURN p, a, r"
    )
    assert start["labels"] == ["Artist"]
    assert start["properties"]["related_at"] == AT
    assert edge["label"] == "RELATED_TO"
    assert edge["properties"]["rank"] == 1
    assert [n["properties"]["id"] for n in path["nodes"]] == [ANNA.id, BERT.id]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:Artist {id: 'x'})",
        "MATCH (a:Artist) SET a.name = 'x' RETURN a.name",
        "MATCH (a:Artist) DETACH DELETE a",
        "MERGE (a:Artist {id: 'x'}) RETURN a.id",
        "MATCH (a:Artist) REMOVE a.name",
        "FOREACH (x IN [1] | CREATE (:Artist {id: 'x'}))",
        "CREATE INDEX nope IF NOT EXISTS FOR (n:Artist) ON (n.name)",
        "DROP CONSTRAINT artist_id IF EXISTS",
        "MATCH (a:Artist) /* */ set a.x = 1",
    ],
)
def test_a_question_that_writes_is_refused_and_writes_nothing(bolt_store, text):
    filled(bolt_store)
    before = list(bolt_store.items())
    with pytest.raises(BadQueryError, match="the query writes"):
        bolt_store.query(text)
    assert list(bolt_store.items()) == before


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a:Artist {name: 'CREATE'}) RETURN a.set AS merge // DELETE",
        'RETURN "it\'s SET" AS text, {delete: 1} AS `REMOVE`',
    ],
)
def test_words_that_only_look_like_writing_are_no_reason_to_refuse(bolt_store, text):
    bolt_store.query(text)


@pytest.mark.parametrize("text", ["MATCH (a RETURN a", "RETURN $missing", "RETURN 1/0"])
def test_a_question_that_cannot_be_run_says_why_in_one_line(bolt_store, text):
    with pytest.raises(BadQueryError) as caught:
        bolt_store.query(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("the query cannot be run: ")
    assert caught.value.hint


def test_a_selection_takes_the_place_of_the_one_before(bolt_store):
    filled(bolt_store)
    assert bolt_store.selection("metal") is None
    first = [
        ArtistLabel(ANNA.id, "thrash metal", 1.0),
        ArtistLabel(BERT.id, "doom", 0.5),
    ]
    bolt_store.replace_selection(CHOSEN, first, [TrackLabel(SONG.id, "doom", 1)])
    second = replace(CHOSEN, policy="precedence", at=LATER, funnel=())
    chosen = [
        ArtistLabel(ANNA.id, "thrash metal", 0.75),
        ArtistLabel(BERT.id, "thrash metal", 1),
    ]
    bolt_store.replace_selection(second, chosen, [TrackLabel(TUNE.id, "doom", 0.5)])

    assert bolt_store.selection("metal") == second
    assert bolt_store.selection("other") is None
    kept = edges(bolt_store, "CLASSIFIED_AS")
    assert [
        (e["start"]["id"], e["end"]["id"], e["properties"]["share"]) for e in kept
    ] == [
        (ANNA.id, "metal/thrash metal", 0.75),
        (BERT.id, "metal/thrash metal", 1.0),
        (TUNE.id, "metal/doom", 0.5),
    ]
    assert {e["properties"]["policy"] for e in kept} == {"precedence"}
    assert {e["properties"]["at"] for e in kept} == {"2026-11-24T13:30:15.250000Z"}


def test_a_selection_leaves_those_of_other_recipes_alone(bolt_store):
    filled(bolt_store)
    bolt_store.sync_classes("other", ["doom"], [])
    bolt_store.replace_selection(CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [])
    other = replace(CHOSEN, recipe="other")
    bolt_store.replace_selection(other, [ArtistLabel(ANNA.id, "doom", 1)], [])
    bolt_store.replace_selection(CHOSEN, [], [])
    assert [e["end"]["id"] for e in edges(bolt_store, "CLASSIFIED_AS")] == [
        "other/doom"
    ]
    assert bolt_store.selection("other") == other


def test_a_selection_that_fails_leaves_the_one_before(bolt_store):
    filled(bolt_store)
    bolt_store.replace_selection(CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [])
    before = list(bolt_store.items())
    unknown = [TrackLabel(SONG.id, "doom", 1), TrackLabel(TrackId("x"), "doom", 1)]
    with pytest.raises(ValueError, match="not there"):
        bolt_store.replace_selection(replace(CHOSEN, at=LATER), [], unknown)
    assert list(bolt_store.items()) == before


def test_counts_name_every_label_and_type_and_leave_our_own_out(bolt_store):
    filled(bolt_store)
    assert bolt_store.stats() == {
        "Artist": 2,
        "Class": 2,
        "Crawl": 1,
        "Genre": 1,
        "Playlist": 1,
        "Selection": 0,
        "Source": 1,
        "Track": 2,
        "CLASSIFIED_AS": 0,
        "CONTAINS": 1,
        "HAS_GENRE": 1,
        "IN_CLASS": 1,
        "PERFORMS": 2,
        "RELATED_TO": 1,
    }


def test_what_goes_out_and_in_again_is_the_same(bolt_store, tmp_path):
    filled(bolt_store)
    bolt_store.replace_selection(
        CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [TrackLabel(SONG.id, "doom", 1)]
    )
    before = list(bolt_store.items())
    bolt_store.load(before)
    assert list(bolt_store.items()) == before


def test_every_store_gives_the_same_items(embedded_store, neo4j_store):
    for store in (embedded_store, neo4j_store):
        filled(store)
        store.replace_selection(CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [])
    assert list(embedded_store.items()) == list(neo4j_store.items())
    assert embedded_store.snapshot() == neo4j_store.snapshot()


def test_the_reference_gives_the_same_items(memory_store, embedded_store):
    for store in (memory_store, embedded_store):
        begun(store)
        store.commit([answer(RELATED, relatives(CARA, BERT))], at=AT)
        store.close_round(0, {BERT.id: 1}, seconds=3)
    assert isinstance(memory_store, MemoryStore)
    assert list(memory_store.items()) == list(embedded_store.items())


@pytest.mark.parametrize(
    "item",
    [
        {},
        [],
        {"type": "edge"},
        {"type": "node", "id": "x", "labels": ["Slice"], "properties": {"id": "x"}},
        {"type": "node", "id": "x", "labels": ["Artist"], "properties": {}},
        {"type": "node", "id": "x", "labels": ["Artist"], "properties": {"id": "y"}},
        {
            "type": "node",
            "id": "x",
            "labels": ["Artist"],
            "properties": {"id": "x", "name": {"a": 1}},
        },
        {
            "type": "relationship",
            "label": "RELATED_TO",
            "properties": {},
            "start": {"id": "deezer:1", "labels": ["Artist"]},
            "end": {"id": "deezer:2", "labels": ["Artist"]},
        },
    ],
)
def test_an_item_that_is_none_is_refused_and_nothing_is_written(embedded_store, item):
    good = {"type": "node", "id": "x", "labels": ["Artist"], "properties": {"id": "x"}}
    with pytest.raises(BadGraphFileError):
        embedded_store.load([good, item])
    assert list(embedded_store.items()) == []
