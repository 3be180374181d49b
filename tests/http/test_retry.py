from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import (
    BadAnswerError,
    BadCredentialsError,
    ThrottledError,
    TransientError,
)
from crawler.http.retry import (
    LONGEST_PAUSE_SECONDS,
    MAX_ATTEMPTS,
    FailureKind,
    GiveUp,
    RequestFailure,
    Retry,
    next_step,
    requested_pause,
    retry_after_seconds,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def outcome(trouble: FailureKind, retry_after: float | None = None) -> RequestFailure:
    return RequestFailure("deezer", trouble, "went wrong", retry_after)


def tries(trouble: FailureKind) -> int:
    return next(
        n for n in count(1) if isinstance(next_step(outcome(trouble), n), GiveUp)
    )


@pytest.mark.parametrize("trouble", FailureKind)
def test_each_kind_of_failure_is_tried_as_often_as_the_table_states(trouble):
    assert tries(trouble) == MAX_ATTEMPTS[trouble]


@pytest.mark.parametrize("trouble", [FailureKind.REFUSED, FailureKind.CREDENTIALS])
def test_a_4xx_is_never_retried(trouble):
    assert isinstance(next_step(outcome(trouble), 1), GiveUp)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (FailureKind.CONNECTION, TransientError),
        (FailureKind.TIMEOUT, TransientError),
        (FailureKind.SERVER, TransientError),
        (FailureKind.CUT_OFF, TransientError),
        (FailureKind.THROTTLED, ThrottledError),
        (FailureKind.GARBLED, BadAnswerError),
        (FailureKind.REFUSED, BadAnswerError),
        (FailureKind.CREDENTIALS, BadCredentialsError),
    ],
)
def test_giving_up_raises_the_right_error_with_service_and_tries(trouble, error):
    decision = next_step(outcome(trouble), 9)
    assert isinstance(decision, GiveUp)
    assert type(decision.error) is error
    assert str(decision.error) == "deezer: went wrong (9 tries)"


def test_throttling_pauses_all_threads_as_long_as_the_service_asks():
    asked = outcome(FailureKind.THROTTLED, 17)
    assert next_step(asked, 1, jitter=1) == Retry(17, shared=True)


def test_throttling_without_a_time_pauses_five_seconds():
    assert next_step(outcome(FailureKind.THROTTLED), 1) == Retry(5, shared=True)


def test_server_errors_double_the_backoff_and_stall_no_other_thread():
    waits = [next_step(outcome(FailureKind.SERVER), n) for n in range(1, 6)]
    assert waits == [Retry(s, shared=False) for s in (1, 2, 4, 8, 16)]


def test_jitter_shortens_a_backoff_by_up_to_half():
    assert next_step(outcome(FailureKind.SERVER), 3, jitter=1) == Retry(2, shared=False)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2", 2),
        (" 2.5 ", 2.5),
        ("Tue, 24 Nov 2026 12:02:00 GMT", 120),
        ("Tuesday, 24-Nov-26 12:02:00 GMT", 120),
        ("0", 1),
        ("-3", 1),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 1),
        ("604800", 604_800),
        ("9" * 400, LONGEST_PAUSE_SECONDS),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("Tue, 99 Nov 2026 12:02:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_garbage_is_ignored(text, seconds):
    assert retry_after_seconds(text, NOW) == seconds


@given(st.text())
def test_parsing_retry_after_never_raises(text):
    seconds = retry_after_seconds(text, NOW)
    assert seconds is None or 1 <= seconds <= LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("status", "headers", "pause"),
    [
        (429, {"Retry-After": "7"}, 7),
        (503, {"Retry-After": "7"}, 7),
        (200, {"Retry-After": "7"}, None),
        (503, {}, None),
        (429, {}, None),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "4"}, 4),
        (200, {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset-In": "4"}, None),
        (429, {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset-In": "4"}, 4),
        (429, {"Retry-After": "7", "X-RateLimit-Reset-In": "4"}, 7),
    ],
)
def test_a_reply_asks_for_a_pause_by_retry_after_or_by_listenbrainz_headers(
    status, headers, pause
):
    assert requested_pause(status, headers, NOW) == pause
