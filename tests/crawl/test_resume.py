"""A crawl that is interrupted anywhere and resumed ends like one that was not."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.crawl.engine import Ended
from crawler.crawl.frontier import Frontier
from crawler.recipe.model import Focus, Order, Recipe
from queries.label_policies import CarriedClasses
from tests.support.fake_source import FakeSource, World
from tests.support.memory_store.store import MemoryStore
from tests.support.worlds.worlds import contents, recipe, run, worlds


class SourceGone(BaseException):
    """Stands for the death of the process at this point."""


class Dying:
    """Lets a number of questions through, then dies."""

    def __init__(self, answers: int) -> None:
        self._left = answers

    def __call__(self, question: str, subject: str) -> None:
        if self._left <= 0:
            raise SourceGone
        self._left -= 1


RULES = st.sampled_from(
    [
        {"order": Order.YIELD},
        {"order": Order.BREADTH_FIRST, "max_untagged_hops": 0},
        {"order": Order.RANDOM, "max_untagged_hops": 2},
        {"order": Order.YIELD, "max_requests": 14},
        {"order": Order.YIELD, "artists_per_class": 2},
        {"order": Order.YIELD, "by_genre": 2},
        {"focus": Focus.ANY, "max_hops": 2},
    ]
)


@settings(max_examples=120, deadline=None)
@given(world=worlds(), rules=RULES, answers=st.integers(min_value=0, max_value=40))
def test_a_crawl_interrupted_anywhere_and_resumed_ends_like_one_that_was_not(
    world: World, rules: dict[str, object], answers: int
) -> None:
    whole, resumed = MemoryStore(), MemoryStore()
    dying, back = FakeSource(world, before=Dying(answers)), FakeSource(world)

    run(FakeSource(world), whole, recipe(**rules))
    with suppress(SourceGone):
        run(dying, resumed, recipe(**rules))
    run(back, resumed, recipe(**rules))

    assert contents(resumed) == contents(whole)


@settings(max_examples=60, deadline=None)
@given(world=worlds(), rules=RULES, answers=st.integers(min_value=1, max_value=40))
def test_no_committed_answer_is_requested_again(
    world: World, rules: dict[str, object], answers: int
) -> None:
    store = MemoryStore()
    dying, back = FakeSource(world, before=Dying(answers)), FakeSource(world)
    with suppress(SourceGone):
        run(dying, store, recipe(**rules))
    answered = {
        (question, artist.id.removeprefix("fake:"))
        for artist in store.snapshot().artists
        for question in ("genres", "related", "tracks")
        if getattr(artist, question).answered
    }
    run(back, store, recipe(**rules))

    again = {(q, name) for q, subject in back.requests for name in subject.split(",")}
    assert not again & answered


@settings(max_examples=60, deadline=None)
@given(world=worlds(), rules=RULES)
def test_one_thread_and_sixteen_make_the_same_graph(
    world: World, rules: dict[str, object]
) -> None:
    one, many = MemoryStore(), MemoryStore()
    run(FakeSource(world), one, recipe(**rules), threads=1)
    run(FakeSource(world), many, recipe(**rules), threads=16)
    assert contents(one) == contents(many)


class Watching(MemoryStore):
    """Grows a `Frontier` from what is written, and compares it at each close."""

    def __init__(self, rules: Recipe) -> None:
        super().__init__()
        self._rules = rules
        self._grown = Frontier(rules, CarriedClasses.ONE)

    def begin(self, crawl, seeds, plan, **named):
        super().begin(crawl, seeds, plan, **named)
        self._grown.apply(seeds)

    def commit(self, answers, **named):
        super().commit(answers, **named)
        for answer in answers:
            self._grown.apply(answer.changes)

    def close_round(self, number, depths, **named):
        super().close_round(number, depths, **named)
        read = Frontier.of(self.snapshot(), self._rules, CarriedClasses.ONE)
        assert read.nodes == self._grown.nodes
        assert read.yields == {k: v for k, v in self._grown.yields.items() if v.lists}
        assert read.unexpanded == self._grown.unexpanded
        assert read.unanswered_genres == self._grown.unanswered_genres
        assert read.without_tracks == self._grown.without_tracks
        assert read.previewed == self._grown.previewed
        assert read.found == self._grown.found
        assert read.expanded == self._grown.expanded


@settings(max_examples=80, deadline=None)
@given(world=worlds(), rules=RULES)
def test_a_frontier_updated_answer_by_answer_equals_one_read_from_the_graph(
    world: World, rules: dict[str, object]
) -> None:
    run(FakeSource(world), Watching(recipe(**rules)), recipe(**rules))


def test_a_completed_crawl_sends_no_requests_when_run_again() -> None:
    world = World({"a": ["b"], "b": []}, {"a": ["black metal"], "b": ["death metal"]})
    store = MemoryStore()
    run(FakeSource(world), store, recipe())
    again = FakeSource(world)
    report = run(again, store, recipe())
    assert again.requests == []
    assert report.ended is Ended.NOTHING_LEFT


@pytest.mark.parametrize("answers", range(1, 12))
def test_only_work_items_under_way_are_requested_twice(answers: int) -> None:
    world = World(
        {"a": ["b", "c"], "b": ["c"], "c": ["a"]},
        dict.fromkeys("abc", ("black metal",)),
    )
    store = MemoryStore()
    dying, back = FakeSource(world, before=Dying(answers)), FakeSource(world)
    with suppress(SourceGone):
        run(dying, store, recipe())
    run(back, store, recipe())
    twice = [asked for asked in back.requests if asked in dying.requests]
    assert len([asked for asked in twice if asked[0] != "search"]) <= 1
