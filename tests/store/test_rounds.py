"""What `graph.store` promises of rounds, pauses and classes, on every store."""

from dataclasses import replace

from graph.model.crawl import Plan, WorkItem, WorkKind
from graph.model.music import Changes, HasGenre
from tests.support.store_contract import (
    ANNA,
    AT,
    BERT,
    CRAWL,
    PLAN,
    RELATED,
    answer,
    begun,
    edges,
    node,
    relatives,
)


def test_a_round_is_closed_once_with_its_depths_and_its_time(store):
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


def test_a_fully_answered_round_is_a_plan_without_items(store):
    begun(store, plan=Plan(0, (RELATED,)))
    store.commit([answer(RELATED, relatives())], at=AT)
    assert store.open_plan() == Plan(0, ())


def test_the_next_round_is_opened_once(store):
    begun(store, plan=Plan(0, ()))
    store.close_round(0, {}, seconds=0)
    part = WorkItem("1/tracks/0", 1, 0, WorkKind.TRACKS, (ANNA.id,))
    plan = Plan(1, (part, replace(part, id="1/tracks/1", position=1)))
    store.commit_plan(plan)
    store.commit([answer(part, Changes())], at=AT)
    store.commit_plan(plan)
    assert store.open_plan() == Plan(1, plan.items[1:])
    crawl = store.crawl()
    assert crawl is not None
    assert crawl.round == 1


def test_a_plan_may_be_long_and_keeps_its_order(store):
    parts = tuple(
        WorkItem(f"0/related/{n}", 0, n, WorkKind.RELATED, (ANNA.id,))
        for n in range(2_345)
    )
    begun(store, plan=Plan(0, parts))
    assert store.open_plan() == Plan(0, parts)


def test_a_pause_lasts_by_the_server_s_clock_until_it_is_removed(store):
    begun(store)
    store.pause("musicbrainz", 90.0)
    left = store.pauses()["musicbrainz"]
    assert 60 < left <= 90
    until = store.crawl().paused_until["musicbrainz"]
    assert store.pauses().keys() == {"musicbrainz"}
    assert until.tzinfo is not None
    store.pause("musicbrainz", None)
    assert store.crawl().paused_until == {}
    assert store.pauses() == {}


def test_classes_equal_those_of_the_last_sync(store):
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
