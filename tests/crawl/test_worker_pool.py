"""SourceWorkerPool: parallel, one retry per item, ended when a service is unavailable."""

import threading

import pytest

from crawler.crawl.worker_pool import (
    MAX_CONSECUTIVE_FAILURES,
    FailedItem,
    SourceWorkerPool,
)
from crawler.errors import (
    BadAnswerError,
    QuotaExhaustedError,
    StoppedError,
    TransientError,
)
from graph.model.crawl import WorkItem, WorkKind, WorkResult
from graph.model.music import Changes


def make_items(count: int, kind: WorkKind = WorkKind.RELATED) -> list[WorkItem]:
    return [WorkItem(f"1/{kind}/{i}", 1, i, kind, (f"fake:{i}",)) for i in range(count)]


def make_pool(
    fetch, *, threads: int = 4, stop: threading.Event | None = None
) -> SourceWorkerPool:
    return SourceWorkerPool(
        fetch, lambda item: item.kind, threads=threads, stop=stop or threading.Event()
    )


def answer(item: WorkItem) -> WorkResult:
    return WorkResult(item, Changes(), {"fake": 1})


def outcomes(run) -> list:
    return [outcome for outcome in run if outcome is not None]


def test_every_item_is_answered_once_across_all_sources() -> None:
    wanted = make_items(40) + make_items(20, WorkKind.TRACKS)
    got = outcomes(make_pool(answer).run(wanted))
    assert sorted(o.item.id for o in got) == sorted(item.id for item in wanted)


def test_sources_work_in_parallel() -> None:
    met = threading.Barrier(2, timeout=10)

    def fetch(item: WorkItem) -> WorkResult:
        met.wait()
        return answer(item)

    wanted = make_items(1) + make_items(1, WorkKind.TRACKS)
    assert len(outcomes(make_pool(fetch, threads=1).run(wanted))) == 2


def test_a_failed_item_is_retried_once_at_the_end_of_its_queue() -> None:
    fetched: list[str] = []

    def fetch(item: WorkItem) -> WorkResult:
        fetched.append(item.id)
        if fetched.count(item.id) == 1 and item.position == 0:
            raise TransientError("fake", "no connection")
        return answer(item)

    got = outcomes(make_pool(fetch, threads=1).run(make_items(3)))
    assert fetched == ["1/related/0", "1/related/1", "1/related/2", "1/related/0"]
    assert all(isinstance(o, WorkResult) for o in got)


def test_an_item_that_fails_twice_is_returned_with_its_error() -> None:
    def fetch(item: WorkItem) -> WorkResult:
        if item.position == 1:
            raise TransientError("fake", "no connection")
        return answer(item)

    got = outcomes(make_pool(fetch, threads=1).run(make_items(4)))
    lost = [o for o in got if isinstance(o, FailedItem)]
    assert [(o.item.position, str(o.error)) for o in lost] == [
        (1, "fake: no connection")
    ]


def test_a_bad_answer_is_not_retried_in_the_same_round() -> None:
    fetched: list[str] = []

    def fetch(item: WorkItem) -> WorkResult:
        fetched.append(item.id)
        raise BadAnswerError("fake", "no field id")

    got = outcomes(make_pool(fetch, threads=1).run(make_items(2)))
    assert len(fetched) == len(got) == 2


def test_a_service_that_fails_many_times_in_a_row_ends_the_run() -> None:
    fetched: list[str] = []

    def fetch(item: WorkItem) -> WorkResult:
        fetched.append(item.id)
        raise TransientError("fake", "no connection")

    with pytest.raises(TransientError):
        outcomes(make_pool(fetch, threads=1).run(make_items(50)))
    assert len(fetched) == MAX_CONSECUTIVE_FAILURES


def test_outcomes_under_way_are_yielded_before_the_error_of_a_source_is_raised() -> (
    None
):
    other_is_asked = threading.Event()
    quota_is_out = threading.Event()

    def fetch(item: WorkItem) -> WorkResult:
        if item.kind is WorkKind.TRACKS:
            other_is_asked.set()
            assert quota_is_out.wait(10)
            return answer(item)
        assert other_is_asked.wait(10)
        quota_is_out.set()
        raise QuotaExhaustedError("fake", "a day", until=None)

    got: list[str] = []
    with pytest.raises(QuotaExhaustedError):
        got.extend(
            outcome.item.id
            for outcome in make_pool(fetch, threads=1).run(
                make_items(1) + make_items(3, WorkKind.TRACKS)
            )
            if outcome is not None
        )
    assert "1/tracks/0" in got


def test_after_stop_no_item_is_begun_and_those_under_way_are_finished() -> None:
    stop = threading.Event()
    fetched: list[str] = []

    def fetch(item: WorkItem) -> WorkResult:
        fetched.append(item.id)
        stop.set()
        return answer(item)

    got = outcomes(make_pool(fetch, threads=1, stop=stop).run(make_items(10)))
    assert len(fetched) == len(got) == 1


def test_consecutive_failures_are_counted_across_rounds() -> None:
    fetched: list[str] = []

    def fetch(item: WorkItem) -> WorkResult:
        fetched.append(item.id)
        raise TransientError("fake", "no connection")

    rounds = make_pool(fetch, threads=1)
    for _ in range(MAX_CONSECUTIVE_FAILURES // 2):
        assert isinstance(outcomes(rounds.run(make_items(1)))[0], FailedItem)
    with pytest.raises(TransientError):
        outcomes(rounds.run(make_items(1)))
    assert len(fetched) == MAX_CONSECUTIVE_FAILURES


def test_an_error_that_ends_a_thread_releases_those_waiting_for_a_permit() -> None:
    stop = threading.Event()

    def fetch(item: WorkItem) -> WorkResult:
        if item.kind is WorkKind.TRACKS:
            assert stop.wait(10)
            raise StoppedError("given up")
        raise QuotaExhaustedError("fake", "a day", until=None)

    wanted = make_items(1) + make_items(1, WorkKind.TRACKS)
    with pytest.raises(QuotaExhaustedError):
        outcomes(make_pool(fetch, threads=1, stop=stop).run(wanted))
