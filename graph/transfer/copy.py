"""Copying a whole graph, with the open round of its crawl, into another database.

A copy is a streamed export and import, page by page, and a comparison at the end. Writes
are idempotent, so an interrupted copy continues with the rows that the target lacks.

From the first write until both sides were found equal, the target's version node names
the store that is copied (`copy_of`, `copy_from`): no other command opens such a target,
and a run writes only while the mark is there.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from graph.bolt.database import BoltDatabase, Transaction, batches
from graph.errors import BadGraphFileError, GraphChangedError, StoreRefusedError
from graph.model.schema import KEYS, VERSION_KEY
from graph.transfer.apoc_json import item_of
from graph.transfer.jsonl import line_of, stats
from graph.transfer.rows import GraphReader, write_rows
from graph.transfer.statements import (
    PARTS,
    WORK_ITEMS,
    Part,
    ReadRow,
    WrittenRow,
    written_row,
)

T = TypeVar("T")

_PARTS = (*PARTS, WORK_ITEMS)
# Nodes that a target may hold, and keeps: they belong to the store and not to its graph.
_KEPT = sorted(KEYS.keys() - {part.label for part in _PARTS})


class Progress(Protocol):
    """Shows how far the copy is."""

    def say(self, sentence: str) -> None:
        """A sentence of its own."""
        ...

    def update(self, state: str) -> None:
        """The state of the work, in one line."""
        ...


@dataclass(frozen=True, slots=True)
class UnfinishedCopy:
    """The mark of a target that holds only a part of a graph.

    Attributes:
        of: Which store is copied: when it was made, because addresses change.
        where: Its address in words.
    """

    of: str
    where: str


@dataclass(frozen=True, slots=True)
class Copied:
    """The outcome of a copy.

    Attributes:
        is_complete: Whether both sides were found equal; False: it was stopped.
    """

    nodes: int
    relations: int
    is_complete: bool


class _StoppedError(Exception):
    """The user stopped the copy after so many rows."""


class _OutdatedError(Exception):
    """The target holds a row that the source does not hold any more."""


def unfinished_copy(bolt: BoltDatabase) -> UnfinishedCopy | None:
    """The copy that was begun into a database and has not been completed."""
    found = bolt.read(lambda t: t.run("transfer/read_copy", name=VERSION_KEY))
    return UnfinishedCopy(*map(str, found[0])) if found else None


def copy_graph(
    source: BoltDatabase,
    target: BoltDatabase,
    progress: Progress,
    stopped: Callable[[], bool],
) -> Copied:
    """Copy all of one database into another, which is empty or holds a part of it.

    Ends early, with what is written so far, once `stopped` returns True.

    Raises:
        StoreRefusedError: The target holds another graph, or another copy.
        GraphChangedError: The source was written to in the meantime.
    """
    ((_, _, made_at),) = source.read(
        lambda t: t.run("database/read_version", name=VERSION_KEY)
    )
    copy = _Copy(
        source, target, UnfinishedCopy(str(made_at), source.where), progress, stopped
    )
    try:
        return copy.run()
    except _StoppedError:
        return Copied(*copy.counts(), is_complete=False)


class _Copy:
    """One run of a copy."""

    def __init__(
        self,
        source: BoltDatabase,
        target: BoltDatabase,
        mark: UnfinishedCopy,
        progress: Progress,
        stopped: Callable[[], bool],
    ) -> None:
        self._source = source
        self._target = target
        self._mark = mark
        self._progress = progress
        self._stopped = stopped
        self._rows: dict[Part, int] = {}

    def counts(self) -> tuple[int, int]:
        """How many nodes and relations the last pass over the source has gone through."""
        return (
            sum(n for part, n in self._rows.items() if part.relation is None),
            sum(n for part, n in self._rows.items() if part.relation is not None),
        )

    def run(self) -> Copied:
        unfinished = unfinished_copy(self._target)
        if unfinished is None and not self._begin():
            return self._existing()
        if unfinished is not None and unfinished.of != self._mark.of:
            raise StoreRefusedError(
                f"a copy from {unfinished.where} into {self._target.where} is not "
                "finished",
                hint=f"Run `genregraph graph copy` from {unfinished.where} again, "
                "or name another place.",
            )
        self._write_all(resume=unfinished is not None)
        if differing := self._compare():
            raise GraphChangedError(
                f"{self._source.where} and {self._target.where} differ in "
                f"{', '.join(differing)}: one of them was written to while it was copied",
                hint=_RUN_AGAIN,
            )
        self._target.write(
            lambda t: t.run("transfer/write_copy_ends", name=VERSION_KEY)
        )
        return Copied(*self.counts(), is_complete=True)

    def _begin(self) -> bool:
        """Mark the target as an unfinished copy; False where it holds a graph."""
        begun = self._target.write(
            lambda t: t.run(
                "transfer/write_copy_begins",
                name=VERSION_KEY,
                of=self._mark.of,
                where=self._mark.where,
                kept=_KEPT,
            )
        )
        return begun == [(1,)]

    def _existing(self) -> Copied:
        """Compare with a target that was completed before, and write nothing."""
        differing = ["size"]
        if stats(self._source) == stats(self._target):
            differing = self._compare()
        if differing:
            raise StoreRefusedError(
                f"the store at {self._target.where} holds a graph already, and they "
                f"differ in {', '.join(differing)}",
                hint="Name an empty database, or a folder that is new.",
            )
        self._progress.say(f"{self._target.where} is such a copy already")
        return Copied(*self.counts(), is_complete=True)

    def _write_all(self, *, resume: bool) -> None:
        """Write the rows that the target lacks."""
        if resume and (found := sum(stats(self._target).values())):
            self._progress.say(f"going on after {found:,} nodes and relations")
        try:
            self._write_parts(resume=resume)
        except _OutdatedError:
            self._progress.say(
                f"{self._source.where} has changed since this copy began: "
                "beginning anew"
            )
            while self._write_if_unfinished(_clear) != [(0,)]:
                continue
            self._write_parts(resume=False)

    def _write_parts(self, *, resume: bool) -> None:
        total = sum(stats(self._source).values())
        self._rows.clear()
        reader, there = GraphReader(self._source), GraphReader(self._target)
        for part in _PARTS:
            if resume and not set(there.keys(part)) <= set(reader.keys(part)):
                raise _OutdatedError
            for keys, rows in _read_ahead(reader.pages(part)):
                lacking = rows
                if resume:
                    lacking = _lacking(part, rows, there.rows(part, keys))
                for batch in batches(lacking):
                    self._write(part, [written_row(part, row) for row in batch])
                self._count(part, len(rows), "copied", total)

    def _write(self, part: Part, rows: Sequence[WrittenRow]) -> None:
        try:
            self._write_if_unfinished(lambda t: write_rows(t, part, rows))
        except BadGraphFileError as error:  # an end came after the nodes were read
            raise GraphChangedError(
                f"{self._source.where} was written to while it was copied",
                hint=_RUN_AGAIN,
            ) from error

    def _write_if_unfinished(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction in which no other run ends the copy."""

        def fenced(transaction: Transaction) -> T:
            found = transaction.run(
                "transfer/write_copy_fence", name=VERSION_KEY, of=self._mark.of
            )
            if found != [(1,)]:
                raise StoreRefusedError(
                    "another run has ended this copy",
                    hint="The same command compares both sides again.",
                )
            return work(transaction)

        return self._target.write(fenced)

    def _compare(self) -> list[str]:
        """The names of the parts in which both sides differ.

        All rows are read anew after the last one was written. Where they are equal, no
        row of the source changed between its two readings, so the copy is the source as
        it was between the last write and the first comparison.
        """
        total = sum(stats(self._source).values())
        self._rows.clear()
        theirs, ours = GraphReader(self._source), GraphReader(self._target)
        differing = []
        for part in _PARTS:
            is_equal = theirs.keys(part) == ours.keys(part)
            both = zip(
                _read_ahead(theirs.pages(part)),
                _read_ahead(ours.pages(part)),
                strict=False,
            )
            for (_, rows), (_, copied) in both:
                is_equal &= _lines(part, rows) == _lines(part, copied)
                self._count(part, len(rows), "compared", total)
            if not is_equal:
                differing.append(part.name)
        return differing

    def _count(self, part: Part, rows: int, done: str, total: int) -> None:
        self._rows[part] = self._rows.get(part, 0) + rows
        so_far = sum(self._rows.values())
        self._progress.update(f"{done} {so_far:,} of {total:,}: {part.name}")
        if self._stopped():
            raise _StoppedError


_RUN_AGAIN = "Let the crawl end, or stop it; then run the same command again: it corrects the copy."


def _clear(transaction: Transaction) -> list[tuple[object, ...]]:
    return transaction.run("transfer/write_copy_clears", kept=_KEPT)


def _lacking(
    part: Part, rows: Sequence[ReadRow], there: Sequence[ReadRow]
) -> list[ReadRow]:
    """The rows that are not there.

    Raises:
        _OutdatedError: Others are there.
    """
    lines = set(_lines(part, there))
    lacking = [
        row
        for row, line in zip(rows, _lines(part, rows), strict=True)
        if line not in lines
    ]
    if len(lacking) + len(lines) != len(rows):
        raise _OutdatedError
    return lacking


def _lines(part: Part, rows: Sequence[ReadRow]) -> list[str]:
    """Rows as an export writes them: what differs there differs."""
    return [line_of(item_of(part, row)) for row in rows]


def _read_ahead(pages: Iterator[T]) -> Iterator[T]:
    """Pages, the next one being read while the caller works on one."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = reader.submit(next, pages, None)
            yield page
