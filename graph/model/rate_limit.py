"""TODO."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PaceRule:
    """How turns at one service lie, in milliseconds.

    Attributes:
        requests: The turn `requests` after another comes `window` after that one's end.
        window: The length of the service's window, and how long a request is under way.
        interval: Between two turns as a rule.
        closest: Between two turns after an idle time, which they make up for.
        credit: How much of an idle time is made up for.
        late: So long after its beginning a turn of this worker may still be used.
    """

    requests: int
    window: int
    interval: float
    closest: float
    credit: float
    late: int


@dataclass(frozen=True, slots=True)
class Book:
    """The turns booked at one service.

    Attributes:
        ends: Until when the last ones may be used, or when they were; as many as the
            rule looks back. No two are the same, but those that were lost, which are 0.
        last: When the last one begins.
        slot: Where the next one would lie by `interval` alone.
        rest_until: Nobody asks before that.
    """

    ends: tuple[int, ...] = ()
    last: int = 0
    slot: float = 0.0
    rest_until: int = 0


@dataclass(frozen=True, slots=True)
class Booking:
    """Turns that were booked, none while the service rests; and when that was.

    Attributes:
        turns: When each begins, and when it ends: its name in the book.
        now: The server's time.
        rest_until: Nobody asks before that.
    """

    turns: tuple[tuple[int, int], ...]
    now: int
    rest_until: int


# What became of turns: by which time each, named by its end, was used; 0 is never.
Used = Mapping[int, int]


def told(book: Book, used: Used, rule: PaceRule) -> Book:
    """The book with what became of some of its turns, whether early, late or never.

    What was lost is made up for by those that come next.
    """
    ends, slot = list(book.ends), book.slot
    for end, by in used.items():
        if end not in ends:
            continue  # so long ago that nothing depends on it
        ends[ends.index(end)] = _unlike(by, ends) if by else 0
        slot -= 0 if by else rule.interval
    return replace(book, ends=tuple(ends), slot=slot)


def _unlike(time: int, times: Sequence[int]) -> int:
    """A time, or the next one that is not among the others."""
    while time in times:
        time += 1
    return time


def grant(
    book: Book, now: int, wanted: int, rule: PaceRule, used: Used
) -> tuple[Book, Booking]:
    """The next turns at a service, and its book with them and with what became of others.

    Whoever asks when and in whatever order: two turns are `closest` apart, and a turn
    begins `window` after the end of the one `requests` before it.
    """
    book = told(book, used, rule)
    if book.rest_until > now:
        return book, Booking((), now, book.rest_until)
    ends, last, slot = list(book.ends), book.last, book.slot
    turns = []
    for _ in range(wanted):
        slot = max(slot, now - rule.credit)
        due = [now, slot, last + rule.closest]
        due += (
            [ends[-rule.requests] + rule.window] if len(ends) >= rule.requests else []
        )
        last = math.ceil(max(due))
        ends.append(_unlike(last + rule.late, ends))
        turns.append((last, ends[-1]))
        slot += rule.interval
    kept = tuple(ends[-rule.requests :])
    after = Book(kept, last, slot, book.rest_until)
    return after, Booking(tuple(turns), now, book.rest_until)
