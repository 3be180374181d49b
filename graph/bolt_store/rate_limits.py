"""Turns at a service that several processes share: booked in the store, by its clock.

All times here are whole milliseconds of the server's clock. Who books locks the
service's book, so that the arithmetic between reading and writing it is nobody else's.
"""

import math
from collections.abc import Sequence
from typing import cast

from graph.bolt.database import BoltDatabase, Row, Transaction
from graph.model.rate_limit import Book, Booking, PaceRule, Used, grant


def book_turns(
    bolt: BoltDatabase, service: str, wanted: int, rule: PaceRule, used: Used
) -> Booking:
    """See `CrawlStore.book_turns`."""

    def work(transaction: Transaction) -> Booking:
        book, now = _locked(transaction, service)
        after, booking = grant(book, now, wanted, rule, used)
        transaction.run(
            "rate_limits/write_turns",
            name=service,
            ends=list(after.ends),
            last=after.last,
            slot=float(after.slot),
        )
        return booking

    return bolt.write_briefly(work)


def rest(bolt: BoltDatabase, service: str, seconds: float) -> Booking:
    """See `CrawlStore.rest`."""
    milliseconds = math.ceil(seconds * 1000)
    return _resting(
        bolt.write_briefly(
            lambda transaction: transaction.run(
                "rate_limits/write_rest", name=service, milliseconds=milliseconds
            )
        )
    )


def resting(bolt: BoltDatabase, service: str) -> Booking:
    """See `CrawlStore.resting`."""
    return _resting(
        bolt.read(
            lambda transaction: transaction.run("rate_limits/read_rest", name=service)
        )
    )


def _resting(rows: Sequence[Row]) -> Booking:
    rest_until, now = cast("tuple[int, int]", rows[0])
    return Booking((), now, rest_until)


def _locked(transaction: Transaction, service: str) -> tuple[Book, int]:
    """A service's book, which nobody else reads until the transaction ends."""
    ((ends, last, slot, rest_until, now),) = cast(
        "list[tuple[Sequence[int], int, float, int, int]]",
        transaction.run("rate_limits/write_book", name=service),
    )
    return Book(tuple(ends), last, slot, rest_until), now
