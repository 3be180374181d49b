"""Copies a whole graph, with the open round of its crawl, into another database.

A copy is a streamed export and import, page by page, followed by a comparison. Writes are
idempotent, so an interrupted copy continues with the rows that the target lacks.

The target's version node names the source (`copy_of`, `copy_from`) from the first write
until the comparison succeeds. As long as it does, no other command opens the target, and
each write checks it first.
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
# Labels of nodes that are not part of the graph: a target may contain them, and keeps them.
_KEPT = sorted(KEYS.keys() - {part.label for part in _PARTS})


class Progress(Protocol):
    """Shows the progress of the copy."""

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        ...

    def update(self, state: str) -> None:
        """Replace the line that shows the state of the work."""
        ...


@dataclass(frozen=True, slots=True)
class UnfinishedCopy:
    """The source of an unfinished copy, as the target's version node has it.

    Attributes:
        of: The time when the source was created, which identifies it: its address may
            change.
        where: The source's address.
    """

    of: str
    where: str


@dataclass(frozen=True, slots=True)
class Copied:
    """The result of a copy.

    Attributes:
        is_complete: Whether both sides are equal; False if the user stopped the copy.
    """

    nodes: int
    relations: int
    is_complete: bool


class _StoppedError(Exception):
    """The user stopped the copy."""


class _OutdatedError(Exception):
    """The target has a row that the source no longer has."""


def unfinished_copy(bolt: BoltDatabase) -> UnfinishedCopy | None:
    """Return the unfinished copy in a database, or None."""
    found = bolt.read(lambda t: t.run("transfer/read_copy", name=VERSION_KEY))
    return UnfinishedCopy(*map(str, found[0])) if found else None


def copy_graph(
    source: BoltDatabase,
    target: BoltDatabase,
    progress: Progress,
    stopped: Callable[[], bool],
) -> Copied:
    """Copy a database into another one that is empty or has a part of it.

    Ends early once `stopped` returns True; the same call then continues the copy.

    Raises:
        StoreRefusedError: The target has another graph, or an unfinished copy of one.
        GraphChangedError: The source or target was changed during the copy.
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
        """The numbers of nodes and relations that the last pass has processed."""
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
                "or name another target.",
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
        """Mark the target as an unfinished copy; return False if it has a graph."""
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
        """Compare with a target that already has a graph, without writing."""
        differing = ["size"]
        if stats(self._source) == stats(self._target):
            differing = self._compare()
        if differing:
            raise StoreRefusedError(
                f"the store at {self._target.where} already has a graph, and they "
                f"differ in {', '.join(differing)}",
                hint="Name an empty database, or a new folder.",
            )
        self._progress.say(f"{self._target.where} is already a complete copy")
        return Copied(*self.counts(), is_complete=True)

    def _write_all(self, *, resume: bool) -> None:
        """Write the rows that the target lacks."""
        if resume and (found := sum(stats(self._target).values())):
            self._progress.say(f"continuing after {found:,} nodes and relations")
        try:
            self._write_parts(resume=resume)
        except _OutdatedError:
            self._progress.say(
                f"{self._source.where} has changed since this copy began: "
                "starting again"
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
        except BadGraphFileError as error:  # a node was added after the nodes were read
            raise GraphChangedError(
                f"{self._source.where} was written to while it was copied",
                hint=_RUN_AGAIN,
            ) from error

    def _write_if_unfinished(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction that checks that the copy is still unfinished."""

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
        """Return the names of the parts in which the two sides differ.

        All rows are read again after the last write. If they are equal, no row of the
        source changed between its two readings. The copy then equals the source at the
        moment between the last write and the first comparison.
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


_RUN_AGAIN = (
    "Wait until the crawl ends, or stop it; then run the same command again: "
    "it corrects the copy."
)


def _clear(transaction: Transaction) -> list[tuple[object, ...]]:
    return transaction.run("transfer/write_copy_clears", kept=_KEPT)


def _lacking(
    part: Part, rows: Sequence[ReadRow], there: Sequence[ReadRow]
) -> list[ReadRow]:
    """Return the rows that the target lacks.

    Raises:
        _OutdatedError: The target has rows that the source does not have.
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
    """Rows as lines of an export, which define what counts as a difference."""
    return [line_of(item_of(part, row)) for row in rows]


def _read_ahead(pages: Iterator[T]) -> Iterator[T]:
    """Yield pages; read the next page while the caller processes one."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = reader.submit(next, pages, None)
            yield page
