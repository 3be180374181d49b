"""Hypothesis drives the embedded store against the reference, step by step."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from graph.bolt_store.store import BoltStore
from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    Failed,
    HasGenre,
    Identity,
    Performs,
    Question,
    Related,
    Track,
    TrackId,
)
from tests.support.memory_store.store import MemoryStore

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
IDS = [ArtistId(f"deezer:{n}") for n in range(4)]
TRACKS = [TrackId(f"deezer:t{n}") for n in range(3)]
NAMES = ["metal", "pop", "r and b"]

ids = st.sampled_from(IDS)
sources = st.sampled_from(["deezer", "musicbrainz"])
maybe_number = st.none() | st.integers(0, 9)
share = st.none() | st.sampled_from([0, 0.5, 1])
artists = st.builds(
    Artist,
    id=ids,
    name=st.sampled_from(["A", "Ä'\"\\\n", ""]),
    source=sources,
    url=st.none() | st.just("https://x"),
    popularity=maybe_number,
    followers=maybe_number,
)
tracks = st.builds(
    Track,
    id=st.sampled_from(TRACKS),
    name=st.just("T"),
    source=sources,
    isrc=st.none() | st.just("I"),
    duration_ms=maybe_number,
    has_preview=st.booleans(),
)
few = {"max_size": 3}


@st.composite
def changes(draw: st.DrawFn) -> Changes:
    """Changes whose edges have both ends: all artists and tracks are in them."""
    described = tuple(draw(st.lists(artists, **few)))
    heard = tuple(draw(st.lists(tracks, **few)))
    everybody = tuple(Artist(key, "X", "deezer") for key in IDS)
    everything = tuple(Track(key, "Y", "deezer") for key in TRACKS)
    questions = st.sampled_from(Question)
    related = st.builds(
        Related, start=ids, end=ids, source=sources, rank=st.integers(1, 9), score=share
    )
    genres = st.builds(
        HasGenre,
        artist=ids,
        genre=st.sampled_from(NAMES),
        source=sources,
        votes=maybe_number,
        share=share,
    )
    found = tuple(draw(st.lists(genres, **few)))
    return Changes(
        artists=described + everybody,
        seeds=tuple(draw(st.lists(ids, max_size=1))),
        identities=tuple(
            draw(
                st.lists(
                    st.builds(
                        Identity,
                        artist=ids,
                        mbid=st.sampled_from("abc"),
                        identified_by=sources,
                    ),
                    **few,
                )
            )
        ),
        related=tuple(draw(st.lists(related, **few))),
        genres=found,
        in_class=tuple((edge.genre, "class") for edge in found[:1]),
        tracks=heard + everything,
        performs=tuple(
            draw(
                st.lists(
                    st.builds(
                        Performs,
                        artist=ids,
                        track=st.sampled_from(TRACKS),
                        position=st.integers(1, 3),
                    ),
                    **few,
                )
            )
        ),
        answered=tuple(
            draw(st.lists(st.builds(Answered, ids, questions, sources), **few))
        ),
        failed=tuple(
            draw(
                st.lists(
                    st.builds(
                        Failed,
                        ids,
                        questions,
                        sources,
                        st.just("why"),
                        st.integers(1, 3),
                    ),
                    **few,
                )
            )
        ),
    )


def parts(number: int) -> tuple[WorkItem, ...]:
    return tuple(
        WorkItem(f"{number}/related/{n}", number, n, WorkKind.RELATED, (IDS[n],))
        for n in range(3)
    )


class Stores(RuleBasedStateMachine):
    """Does the same to both stores and compares all that can be read of them."""

    real: BoltStore

    def __init__(self) -> None:
        super().__init__()
        self.real._bolt.alter(["MATCH (n) WHERE NOT n:Schema DETACH DELETE n"])
        self.both = (MemoryStore(), self.real)
        self.round = 0
        self.at = START

    @initialize(seeds=changes())
    def begin(self, seeds: Changes) -> None:
        for store in self.both:
            crawl = Crawl("c", "{}", "d", requests={"deezer": 1})
            store.begin(crawl, seeds, Plan(0, parts(0)), at=START)

    @rule(
        given=st.lists(st.tuples(st.integers(0, 2), changes()), max_size=3),
        requests=st.dictionaries(sources, st.integers(0, 3)),
    )
    def commit(
        self, given: list[tuple[int, Changes]], requests: dict[str, int]
    ) -> None:
        self.at += timedelta(seconds=1)
        plan = parts(self.round)
        answers = [WorkResult(plan[n], found, requests) for n, found in given]
        for store in self.both:
            store.commit(answers, at=self.at)

    @rule(depths=st.dictionaries(ids, st.integers(0, 5)), early=st.integers(0, 1))
    def close(self, depths: dict[ArtistId, int], early: int) -> None:
        for store in self.both:
            store.close_round(self.round + early, depths, seconds=0.5)

    @precondition(lambda self: self.both[0].open_plan() is None)
    @rule()
    def plan(self) -> None:
        self.round += 1
        for store in self.both:
            store.commit_plan(Plan(self.round, parts(self.round)))

    @rule(
        classes=st.lists(st.sampled_from(["a", "b", "class"]), unique=True),
        data=st.data(),
    )
    def sync(self, classes: list[str], data: st.DataObject) -> None:
        genres = self.both[0].genres()
        pairs = [(g, c) for g in genres for c in classes]
        chosen = data.draw(st.lists(st.sampled_from(pairs))) if pairs else []
        for store in self.both:
            store.sync_classes("c", classes, chosen)

    @rule(service=sources)
    def forget_pause(self, service: str) -> None:
        for store in self.both:
            store.pause(service, None)

    @invariant()
    def the_same(self) -> None:
        reference, real = self.both
        assert real.crawl() == reference.crawl()
        assert real.open_plan() == reference.open_plan()
        assert real.snapshot() == reference.snapshot()
        assert list(real.items()) == list(reference.items())


@pytest.fixture
def machine(embedded_store: BoltStore) -> Iterator[type[Stores]]:
    Stores.real = embedded_store
    yield Stores
    del Stores.real


def test_the_embedded_store_behaves_like_the_reference(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to shrink takes minutes on a real store
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
