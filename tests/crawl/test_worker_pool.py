"""SourceWorkerPool: side by side, retried once, ended when a service is away."""

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


def parts(count: int, kind: WorkKind = WorkKind.RELATED) -> list[WorkItem]:
    return [WorkItem(f"1/{kind}/{i}", 1, i, kind, (f"fake:{i}",)) for i in range(count)]


def lanes(
    ask, *, threads: int = 4, stop: threading.Event | None = None
) -> SourceWorkerPool:
    return SourceWorkerPool(
        ask, lambda part: part.kind, threads=threads, stop=stop or threading.Event()
    )


def answer(part: WorkItem) -> WorkResult:
    return WorkResult(part, Changes(), {"fake": 1})


def outcomes(run) -> list:
    return [outcome for outcome in run if outcome is not None]


def test_every_slice_is_answered_once_over_all_lanes() -> None:
    wanted = parts(40) + parts(20, WorkKind.TRACKS)
    got = outcomes(lanes(answer).run(wanted))
    assert sorted(o.item.id for o in got) == sorted(part.id for part in wanted)


def test_lanes_work_side_by_side() -> None:
    met = threading.Barrier(2, timeout=10)

    def ask(part: WorkItem) -> WorkResult:
        met.wait()
        return answer(part)

    wanted = parts(1) + parts(1, WorkKind.TRACKS)
    assert len(outcomes(lanes(ask, threads=1).run(wanted))) == 2


def test_a_slice_that_failed_is_tried_once_more_at_the_end_of_its_lane() -> None:
    asked: list[str] = []

    def ask(part: WorkItem) -> WorkResult:
        asked.append(part.id)
        if asked.count(part.id) == 1 and part.position == 0:
            raise TransientError("fake", "no connection")
        return answer(part)

    got = outcomes(lanes(ask, threads=1).run(parts(3)))
    assert asked == ["1/related/0", "1/related/1", "1/related/2", "1/related/0"]
    assert all(isinstance(o, WorkResult) for o in got)


def test_a_slice_that_fails_twice_comes_back_unanswered_with_its_reason() -> None:
    def ask(part: WorkItem) -> WorkResult:
        if part.position == 1:
            raise TransientError("fake", "no connection")
        return answer(part)

    got = outcomes(lanes(ask, threads=1).run(parts(4)))
    lost = [o for o in got if isinstance(o, FailedItem)]
    assert [(o.item.position, str(o.error)) for o in lost] == [
        (1, "fake: no connection")
    ]


def test_a_bad_answer_is_not_asked_for_again_in_the_same_round() -> None:
    asked: list[str] = []

    def ask(part: WorkItem) -> WorkResult:
        asked.append(part.id)
        raise BadAnswerError("fake", "no field id")

    got = outcomes(lanes(ask, threads=1).run(parts(2)))
    assert len(asked) == len(got) == 2


def test_a_service_that_fails_many_times_in_a_row_ends_the_run() -> None:
    asked: list[str] = []

    def ask(part: WorkItem) -> WorkResult:
        asked.append(part.id)
        raise TransientError("fake", "no connection")

    with pytest.raises(TransientError):
        outcomes(lanes(ask, threads=1).run(parts(50)))
    assert len(asked) == MAX_CONSECUTIVE_FAILURES


def test_what_is_on_the_way_is_handed_over_before_a_lane_s_error_is_raised() -> None:
    other_is_asked = threading.Event()
    quota_is_out = threading.Event()

    def ask(part: WorkItem) -> WorkResult:
        if part.kind is WorkKind.TRACKS:
            other_is_asked.set()
            assert quota_is_out.wait(10)
            return answer(part)
        assert other_is_asked.wait(10)
        quota_is_out.set()
        raise QuotaExhaustedError("fake", "a day", until=None)

    got: list[str] = []
    with pytest.raises(QuotaExhaustedError):
        got.extend(
            outcome.item.id
            for outcome in lanes(ask, threads=1).run(
                parts(1) + parts(3, WorkKind.TRACKS)
            )
            if outcome is not None
        )
    assert "1/tracks/0" in got


def test_after_stop_no_slice_is_begun_and_those_on_the_way_are_finished() -> None:
    stop = threading.Event()
    asked: list[str] = []

    def ask(part: WorkItem) -> WorkResult:
        asked.append(part.id)
        stop.set()
        return answer(part)

    got = outcomes(lanes(ask, threads=1, stop=stop).run(parts(10)))
    assert len(asked) == len(got) == 1


def test_failures_in_a_row_are_counted_over_rounds_too() -> None:
    asked: list[str] = []

    def ask(part: WorkItem) -> WorkResult:
        asked.append(part.id)
        raise TransientError("fake", "no connection")

    rounds = lanes(ask, threads=1)
    for _ in range(MAX_CONSECUTIVE_FAILURES // 2):
        assert isinstance(outcomes(rounds.run(parts(1)))[0], FailedItem)
    with pytest.raises(TransientError):
        outcomes(rounds.run(parts(1)))
    assert len(asked) == MAX_CONSECUTIVE_FAILURES


def test_an_error_that_ends_a_lane_lets_go_those_who_wait_for_their_turn() -> None:
    stop = threading.Event()

    def ask(part: WorkItem) -> WorkResult:
        if part.kind is WorkKind.TRACKS:
            assert stop.wait(10)
            raise StoppedError("given up")
        raise QuotaExhaustedError("fake", "a day", until=None)

    wanted = parts(1) + parts(1, WorkKind.TRACKS)
    with pytest.raises(QuotaExhaustedError):
        outcomes(lanes(ask, threads=1, stop=stop).run(wanted))
