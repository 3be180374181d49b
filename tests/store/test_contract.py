"""What `graph.store` promises of a crawl and its answers, on every store."""

from dataclasses import replace
from datetime import timedelta

from graph.model.crawl import AddedSeeds, Plan, WorkItem, WorkKind
from graph.model.music import Answered, Changes, HasGenre, Question
from tests.support.store_contract import (
    ANNA,
    AT,
    BERT,
    CARA,
    CRAWL,
    GENRES,
    LATER,
    PLAN,
    RELATED,
    SEEDS,
    TAGGED,
    answer,
    begun,
    edges,
    node,
    relatives,
)


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


def test_beginning_an_existing_crawl_changes_nothing(store):
    begun(store)
    store.commit([answer(RELATED, relatives(BERT))], at=AT)
    before = list(store.items())

    begun(store)

    assert list(store.items()) == before
    assert store.open_plan() == Plan(0, (GENRES, TAGGED))


def test_a_new_recipe_replaces_the_old_one(store):
    begun(store)
    store.change_recipe(replace(CRAWL, recipe="{}", recipe_digest="d2", answers=99))
    assert store.crawl() == replace(CRAWL, recipe="{}", recipe_digest="d2")


def test_seeds_that_a_recipe_adds_are_written_with_it_once(store):
    begun(store)
    changed = replace(CRAWL, recipe="{}", recipe_digest="d2")
    part = WorkItem("1/seeds/0", 1, 9, WorkKind.SEEDS, (), "metal")
    seeds = Changes(artists=(BERT,), seeds=(BERT.id,))
    added = AddedSeeds(seeds, Plan(1, (part,)), {"deezer": 2}, AT)
    store.change_recipe(changed, added)
    spent = {"deezer": CRAWL.requests.get("deezer", 0) + 2}
    assert store.crawl() == replace(changed, round=1, answers=1, requests=spent)
    assert store.open_plan() == Plan(1, (*PLAN.items, part))
    assert [a.id for a in store.snapshot().artists if a.depth == 0] == [
        ANNA.id,
        BERT.id,
    ]


def test_the_seconds_of_a_crawl_never_decrease(store):
    begun(store)
    store.record_seconds(7)
    store.record_seconds(5.5)
    assert store.crawl() == replace(CRAWL, seconds=7.0)


def test_a_commit_marks_the_item_and_writes_edges_and_times(store):
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


def test_an_answer_committed_twice_counts_once(store):
    begun(store)
    given = [answer(RELATED, relatives(BERT))]
    store.commit(given, at=AT)
    before = list(store.items())

    store.commit(given, at=LATER)
    store.commit([*given, *given], at=LATER)

    assert list(store.items()) == before
    assert store.crawl() == replace(CRAWL, answers=1, requests={"deezer": 3})


def test_an_answer_to_an_unplanned_item_is_ignored(store):
    begun(store)
    before = list(store.items())
    store.commit([answer(replace(RELATED, id="7/related/0"), relatives(BERT))], at=AT)
    assert list(store.items()) == before


def test_only_answers_to_open_items_of_a_group_are_written(store):
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
