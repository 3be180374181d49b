"""Copying a whole graph, with the open round of its crawl, into another database.

Part by part and page by page (see `graph.transfer.pages`); how far it is stands in the target's
version node, in the transaction that wrote so far. So a copy that was cut off, however
that was, goes on where it stopped.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from graph.bolt.database import BoltDatabase, Transaction, batches
from graph.errors import BadGraphFileError, GraphChangedError, StoreRefusedError
from graph.transfer import checkpoint
from graph.transfer.checkpoint import Mark, Origin
from graph.transfer.items import Item
from graph.transfer.jsonl import line_of, stats
from graph.transfer.loading import load_rows
from graph.transfer.pages import PARTS, WORK_ITEMS, Page, Pages, Part, PartRow

# What a part holds: how many, and the digest of their lines.
Content: TypeAlias = Mapping[Part, tuple[int, str]]

_ALL = (*PARTS, WORK_ITEMS)


class Teller(Protocol):
    """Who is told how far it is."""

    def say(self, sentence: str) -> None:
        """A sentence of its own."""
        ...

    def update(self, state: str) -> None:
        """The state of the work, in one line."""
        ...


@dataclass(frozen=True, slots=True)
class Copied:
    """What came of a copy.

    Attributes:
        is_whole: Whether it is finished, and both sides were found equal.
    """

    nodes: int
    relations: int
    is_whole: bool


def copy_graph(
    source: BoltDatabase,
    target: BoltDatabase,
    teller: Teller,
    stopped: Callable[[], bool],
) -> Copied:
    """Copy all of one database into another, which is empty or holds a part of it.

    Ends early, with what is written, when `stopped` says so.

    Raises:
        StoreRefusedError: The target holds another graph, or another copy.
        GraphChangedError: The source was written to in the meantime.
    """
    origin = checkpoint.origin_of(source)
    mark = _taken_up(target, origin, teller)
    if mark is not None:
        total = sum(stats(source).values())
        for so_far in _written(source, target, mark):
            teller.update(f"copied {so_far.copied:,} of {total:,}: {so_far.part}")
            if stopped():
                return Copied(so_far.copied, 0, is_whole=False)
    content = _equal_content(source, target, origin, teller)
    if mark is not None:
        checkpoint.end(target)
    counts = {True: 0, False: 0}
    for part, (count, _) in content.items():
        counts[part.relation is None] += count
    return Copied(nodes=counts[True], relations=counts[False], is_whole=True)


def _taken_up(target: BoltDatabase, origin: Origin, teller: Teller) -> Mark | None:
    """Where to go on; None where the copy is there already, as it seems."""
    mark, copied = checkpoint.marks(target)
    if mark is None:
        if copied == (origin.of, origin.revision):
            teller.say(f"{target.where} is such a copy already")
            return None
        return checkpoint.begin(target, origin)
    if mark.of != origin.of:
        raise StoreRefusedError(
            f"a copy from {mark.where} into {target.where} is not finished",
            hint=f"Run `genregraph graph copy` from {mark.where} again, "
            "or name another place.",
        )
    if mark.revision == origin.revision:
        if mark.copied:
            teller.say(f"going on after {mark.copied:,} nodes and relations")
        return mark
    teller.say(f"{origin.where} has changed since this copy began: beginning anew")
    checkpoint.clear(target)
    return checkpoint.begin(target, origin)


def _written(source: BoltDatabase, target: BoltDatabase, mark: Mark) -> Iterator[Mark]:
    """Write what is left, and say after each page how far it is."""
    pages = Pages(source)
    names = [part.name for part in _ALL]
    first = names.index(mark.part) if mark.part else 0
    for place, part in enumerate(_ALL[first:]):
        after = mark.after if place == 0 else ""
        for page in _ahead(pages.of(part, after)):
            mark = replace(mark, part=part.name)
            try:
                mark = _write_page(target, part, page, mark)
            except BadGraphFileError as error:  # an end came after the nodes were read
                raise _written_meanwhile(source, target) from error
            yield mark


def _write_page(target: BoltDatabase, part: Part, page: Page, mark: Mark) -> Mark:
    """Write a page; it counts as written with its last rows."""
    some = tuple(batches(page.rows)) or ((),)
    whole = replace(mark, after=page.last, copied=mark.copied + len(page.rows))
    for rows in some:
        now = whole if rows is some[-1] else mark

        def work(
            transaction: Transaction,
            rows: Sequence[PartRow] = rows,
            now: Mark = now,
        ) -> None:
            checkpoint.go_on(transaction, now)
            load_rows(transaction, part.statement, [part.row(row) for row in rows])

        target.write(work)
    return whole


def _written_meanwhile(source: BoltDatabase, target: BoltDatabase) -> GraphChangedError:
    checkpoint.spoil(target)
    return GraphChangedError(
        f"{source.where} was written to while it was copied",
        hint="Let its crawl end, or stop it; then run the same command again: "
        "it begins anew.",
    )


def _ahead(pages: Iterator[Page]) -> Iterator[Page]:
    """Pages, the next one being read while one is written."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = reader.submit(next, pages, None)
            yield page


def _equal_content(
    source: BoltDatabase, target: BoltDatabase, origin: Origin, teller: Teller
) -> Content:
    """What both hold.

    Raises:
        GraphChangedError: They differ, or the source has changed.
    """
    theirs = content_of(source, lambda n: teller.update(f"compared {n:,}, once"))
    ours = content_of(target, lambda n: teller.update(f"compared {n:,}, twice"))
    if checkpoint.origin_of(source) != origin:
        raise _written_meanwhile(source, target)
    if differing := sorted({p.name for p in _ALL if theirs[p] != ours[p]}):
        checkpoint.spoil(target)
        raise GraphChangedError(
            f"{source.where} and {target.where} differ in {', '.join(differing)}",
            hint="Run the same command again while nobody writes to either: "
            "it begins anew.",
        )
    return theirs


def content_of(bolt: BoltDatabase, tell: Callable[[int], object]) -> Content:
    """The number of nodes and relations of each part, and the sha256 of their lines."""
    pages = Pages(bolt)
    content: dict[Part, tuple[int, str]] = {}
    seen = 0
    for part in _ALL:
        count, digest = 0, hashlib.sha256()
        for page in _ahead(pages.of(part)):
            for item in map(part.item, page.rows):
                digest.update(_line(item))
            count += len(page.rows)
            tell(seen + count)
        content[part] = count, digest.hexdigest()
        seen += count
    return content


def _line(item: Item) -> bytes:
    return line_of(item).encode() + b"\n"
