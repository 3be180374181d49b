"""The crawl as its user meets it: seeds, budgets, waits, changes, bad sources."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.crawl import Ended, crawl
from crawler.errors import (
    BadAnswerError,
    CrawlMismatchError,
    DriftError,
    QuotaExhaustedError,
    SeedError,
    TransientError,
)
from crawler.recipe import Focus, SeedRules
from graph.memory_store import MemoryStore
from tests.fake_source import FakeSource, World
from tests.fakes import FakeClock
from tests.worlds import contents, doors, recipe, run


def tags(*names: str, genre: str) -> dict[str, tuple[str, ...]]:
    """The same genre for each of some artists."""
    return dict.fromkeys(names, (genre,))


METAL = World(
    {"a": ["b", "c"], "b": ["c", "d"], "c": [], "d": ["a"]},
    tags(*"abcd", genre="black metal"),
)


def ids(store: MemoryStore) -> set[str]:
    return {artist.id for artist in store.snapshot().artists}


def test_a_crawl_finds_every_artist_that_can_be_reached_and_all_edges_in_order() -> (
    None
):
    store = MemoryStore()
    report = run(FakeSource(METAL), store, recipe())
    assert report.ended is Ended.NOTHING_LEFT
    assert ids(store) == {f"fake:{n}" for n in "abcd"}
    assert store.snapshot().related == (
        ("fake:a", "fake:b"),
        ("fake:a", "fake:c"),
        ("fake:b", "fake:c"),
        ("fake:b", "fake:d"),
        ("fake:d", "fake:a"),
    )
    depths = {a.id[-1]: a.depth for a in store.snapshot().artists}
    assert depths == {"a": 0, "b": 1, "c": 1, "d": 2}
    assert report.classes == {"metal": 4, "house": 0}


def test_a_seed_that_is_not_found_is_named_and_nothing_is_written() -> None:
    store = MemoryStore()
    rules = recipe(artists=("a", "nobody", "fake:zz"))
    with pytest.raises(SeedError, match=r'no artist named "nobody".*fake:zz'):
        run(FakeSource(METAL), store, rules)
    assert list(store.items()) == []


def test_of_homonyms_the_one_with_the_most_fans_is_taken_and_that_is_said() -> None:
    class Homonyms(FakeSource):
        def find_artists(self, text):
            answer = super().find_artists("a")
            small = replace(answer.value[0], id="fake:d", followers=1)
            big = replace(answer.value[0], followers=9000)
            return replace(answer, value=(small, big))

    store = MemoryStore()
    hands = doors(Homonyms(METAL), store)
    crawl(recipe(), hands)
    seeds = [a.id for a in store.snapshot().artists if a.depth == 0]
    assert seeds == ["fake:a"]
    assert "2 artists have this name; took fake:a" in hands.progress.said[0]
    assert "9,000" in hands.progress.said[0]


def test_the_artists_of_a_playlist_become_seeds_and_the_playlist_is_kept() -> None:
    world = World(METAL.related, METAL.genres, playlists={"Metal Hits": ["b", "c"]})
    store = MemoryStore()
    rules = replace(recipe(), seeds=SeedRules(playlists=("metal hits",)))
    run(FakeSource(world), store, rules)
    seeds = {a.id for a in store.snapshot().artists if a.depth == 0}
    assert seeds == {"fake:b", "fake:c"}
    kinds = [item.get("label") for item in store.items() if item["type"] != "node"]
    assert kinds.count("CONTAINS") == 2


def test_seeds_by_genre_come_class_by_class_with_their_genres_answered() -> None:
    world = World(
        {n: [] for n in "abxy"},
        {
            "a": ["black metal"],
            "b": ["doom metal"],
            "x": ["deep house"],
            "y": ["polka"],
        },
    )
    store = MemoryStore()
    source = FakeSource(world)
    run(source, store, replace(recipe(), seeds=SeedRules(by_genre=5)))
    seeds = {a.id for a in store.snapshot().artists if a.depth == 0}
    assert seeds == {"fake:a", "fake:b", "fake:x"}
    assert [q for q, _ in source.asked].count("genres") == 0


@pytest.mark.parametrize("budget", range(2, 14))
def test_the_budget_of_requests_is_never_exceeded(budget: int) -> None:
    store = MemoryStore()
    report = run(FakeSource(METAL), store, recipe(max_requests=budget))
    assert sum(report.requests.values()) <= budget
    if sum(report.requests.values()) < 12:
        assert report.ended is Ended.REQUESTS


def test_a_bigger_budget_goes_on_where_the_smaller_one_ended() -> None:
    whole, grown = MemoryStore(), MemoryStore()
    run(FakeSource(METAL), whole, recipe())
    run(FakeSource(METAL), grown, recipe(max_requests=5))
    hands = doors(FakeSource(METAL), grown)
    crawl(recipe(), hands)
    assert ids(grown) == ids(whole)
    assert any("crawl.max_requests is now 0, was 5" in s for s in hands.progress.said)


def test_the_budget_of_minutes_ends_the_run_and_counts_over_runs() -> None:
    clock = FakeClock()

    def slow(question: str, subject: str) -> None:
        clock.advance(40)

    store = MemoryStore()
    rules = recipe(max_minutes=3)
    report = crawl(rules, doors(FakeSource(METAL, before=slow), store, clock=clock))
    assert report.ended is Ended.MINUTES


def test_the_goal_ends_the_crawl() -> None:
    both = World({"a": ["x"], "x": []}, {"a": ["black metal"], "x": ["deep house"]})
    rules = recipe(artists_per_class=1, artists=("a", "x"))
    report = run(FakeSource(both), MemoryStore(), rules)
    assert report.ended is Ended.GOAL
    assert report.classes == {"metal": 1, "house": 1}


def test_another_crawl_s_store_is_refused_by_name() -> None:
    store = MemoryStore()
    run(FakeSource(METAL), store, recipe())
    with pytest.raises(CrawlMismatchError, match='holds the crawl "tiny"'):
        run(FakeSource(METAL), store, replace(recipe(), name="other"))


def test_removed_seeds_are_refused_without_adopt_and_taken_with_it() -> None:
    store = MemoryStore()
    run(FakeSource(METAL), store, recipe(artists=("a", "d")))
    with pytest.raises(CrawlMismatchError, match="no longer in the recipe: d"):
        run(FakeSource(METAL), store, recipe())
    assert run(FakeSource(METAL), store, recipe(), adopt=True)


def test_added_seeds_are_looked_up_and_crawled_from() -> None:
    world = World(METAL.related | {"x": ["y"], "y": []}, tags(*"abcdxy", genre="metal"))
    store = MemoryStore()
    run(FakeSource(world), store, recipe())
    run(FakeSource(world), store, recipe(artists=("a", "x")))
    assert {"fake:x", "fake:y"} <= ids(store)


def test_changed_classes_are_taken_at_once() -> None:
    world = World({"a": ["b"], "b": []}, {"a": ["black metal"], "b": ["polka"]})
    store = MemoryStore()
    run(FakeSource(world), store, recipe())
    with_polka = recipe()
    rule = replace(with_polka.classes[1], name="polka", patterns=("polka",))
    report = run(
        FakeSource(world),
        store,
        replace(with_polka, classes=(with_polka.classes[0], rule)),
    )
    assert report.classes == {"metal": 1, "polka": 1}


def test_a_long_wait_ends_the_crawl_and_its_end_is_kept_in_the_store() -> None:
    clock = FakeClock()
    until = clock.now() + timedelta(hours=20)

    def quota(question: str, subject: str) -> None:
        if question == "related":
            raise QuotaExhaustedError("fake", "asks for a day", until=until)

    store = MemoryStore()
    with pytest.raises(QuotaExhaustedError):
        crawl(recipe(), doors(FakeSource(METAL, before=quota), store, clock=clock))
    again = FakeSource(METAL)
    with pytest.raises(QuotaExhaustedError) as caught:
        crawl(recipe(), doors(again, store, clock=clock))
    assert caught.value.until == until
    assert again.asked == []
    clock.advance(20 * 3600 + 1)
    assert crawl(recipe(), doors(again, store, clock=clock)).found == 4


def test_a_short_pause_that_is_left_over_is_waited_out() -> None:
    clock = FakeClock()
    store = MemoryStore()
    run(FakeSource(METAL), store, recipe(max_requests=5))
    store.pause("fake", clock.now() + timedelta(minutes=2))
    hands = doors(FakeSource(METAL), store, clock=clock)
    crawl(recipe(max_requests=5), hands)
    assert sum(clock.slept) == pytest.approx(120)
    assert hands.progress.waits[0][0] == "fake"


def test_a_bad_answer_is_set_aside_tried_again_twice_and_never_stored_as_none() -> None:
    asked = []

    def bad(question: str, subject: str) -> None:
        if (question, subject) == ("related", "b"):
            asked.append(subject)
            raise BadAnswerError("fake", "no field id in a relative")

    store = MemoryStore()
    run(FakeSource(METAL, before=bad), store, recipe())
    state = next(a.related for a in store.snapshot().artists if a.id == "fake:b")
    assert not state.answered
    assert (state.tries, len(asked)) == (3, 3)
    assert "no field id" in (state.why or "")


def test_a_failure_that_passes_is_forgotten_and_the_graph_is_whole() -> None:
    whole, store = MemoryStore(), MemoryStore()
    run(FakeSource(METAL), whole, recipe())
    failures = iter([True])

    def once(question: str, subject: str) -> None:
        if (question, subject) == ("related", "b") and next(failures, False):
            raise BadAnswerError("fake", "half a body")

    run(FakeSource(METAL, before=once), store, recipe())
    assert store.snapshot().related == whole.snapshot().related


def test_a_service_that_is_away_ends_the_crawl_and_sets_nothing_aside() -> None:
    names = [f"n{i}" for i in range(30)]
    world = World(
        {"a": names} | {n: [] for n in names}, tags("a", *names, genre="metal")
    )

    def away(question: str, subject: str) -> None:
        if question == "related" and subject != "a":
            raise TransientError("fake", "no connection")

    store = MemoryStore()
    with pytest.raises(TransientError):
        run(FakeSource(world, before=away), store, recipe(round=50))
    assert all(a.related.tries == 0 for a in store.snapshot().artists)


def test_ctrl_c_finishes_what_is_on_the_way_and_the_same_command_goes_on() -> None:
    whole, store = MemoryStore(), MemoryStore()
    run(FakeSource(METAL), whole, recipe())
    stop = threading.Event()

    def press(question: str, subject: str) -> None:
        if (question, subject) == ("related", "b"):
            stop.set()

    source = FakeSource(METAL, before=press)
    report = crawl(recipe(), replace(doors(source, store), stop=stop))
    assert report.ended is Ended.STOPPED
    assert any(
        a.id == "fake:b" and a.related.answered for a in store.snapshot().artists
    )
    run(FakeSource(METAL), store, recipe())
    assert contents(store) == contents(whole)


def star(points: int, relatives: int = 2) -> World:
    """A seed with many relatives, each with a few of its own, of a genre of no class."""
    names = [f"n{i:03}" for i in range(points)]
    lists = {n: [f"{n}-{k}" for k in range(relatives)] for n in names}
    far = {name: ("polka",) for relatives in lists.values() for name in relatives}
    return World({"a": names} | lists, far | tags("a", *names, genre="metal"))


def test_a_source_that_suddenly_knows_no_relatives_ends_the_crawl_unwritten() -> None:
    world = star(240)
    silent = replace(world, related={"a": world.related["a"]})
    store, rules = MemoryStore(), recipe(round=40)
    run(FakeSource(world), store, recipe(round=40, max_requests=450))
    before = answered(store)
    assert 100 < before < 200
    with pytest.raises(DriftError, match=r"40 artists .* came back without relatives"):
        run(FakeSource(silent), store, rules)
    assert answered(store) == before
    run(FakeSource(silent), store, rules, accept_none=True)
    assert answered(store) == 241


def answered(store: MemoryStore) -> int:
    return sum(a.related.answered for a in store.snapshot().artists)


def test_artists_without_relatives_among_others_are_no_drift() -> None:
    world = star(240)
    half = {n: r for i, (n, r) in enumerate(world.related.items()) if i % 2 == 0}
    some = FakeSource(replace(world, related=half))
    assert run(some, MemoryStore(), recipe(round=40)).ended is Ended.NOTHING_LEFT


def test_without_classes_everything_within_the_hops_is_crawled_and_no_tracks_asked() -> (
    None
):
    source = FakeSource(METAL)
    store = MemoryStore()
    run(source, store, recipe(focus=Focus.ANY, max_hops=1))
    assert ids(store) == {"fake:a", "fake:b", "fake:c"}
    assert "tracks" not in {question for question, _ in source.asked}


def test_the_state_line_says_what_is_asked_open_spent_and_how_far_the_classes_are() -> (
    None
):
    hands = doors(FakeSource(METAL), MemoryStore())
    crawl(recipe(artists_per_class=3), hands)
    line = hands.progress.states[-1]
    assert "answered" in line
    assert "requests: fake" in line
    assert "metal 3/3" in line


def test_questions_answered_none_are_answered() -> None:
    store = MemoryStore()
    run(FakeSource(World({"a": ["b"], "b": []}, {"a": ["metal"]})), store, recipe())
    last = next(a for a in store.snapshot().artists if a.id == "fake:b")
    assert last.genres.answered
    assert last.related.answered


def test_a_crawl_that_asks_nobody_for_genres_still_crawls_everything() -> None:
    hands = doors(FakeSource(METAL), MemoryStore())
    hands = replace(hands, roles=replace(hands.roles, genres=()))
    report = crawl(recipe(focus=Focus.ANY), hands)
    assert report.ended is Ended.NOTHING_LEFT
    assert (report.found, report.expanded) == (4, 4)
