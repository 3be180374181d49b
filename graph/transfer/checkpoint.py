"""How far a copy into a database is: said in its version node, beside what it wrote."""

from dataclasses import dataclass

from graph.bolt.database import BoltDatabase, Transaction
from graph.errors import StoreRefusedError
from graph.model.schema import VERSION_KEY


@dataclass(frozen=True, slots=True)
class Origin:
    """What a copy is a copy of.

    Attributes:
        of: Which store: when it was taken into use, for addresses change.
        where: Its address in words.
        revision: What changes with each answer that its crawl commits.
    """

    of: str
    where: str
    revision: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A copy that has begun and not ended.

    Attributes:
        where: From where, in words.
        part: The name of the part that is under way.
        after: The last key of it that is written.
        copied: How many nodes and relations are written.
    """

    of: str
    where: str
    revision: str
    part: str = ""
    after: str = ""
    copied: int = 0


def origin_of(source: BoltDatabase) -> Origin:
    """What a copy of this database is a copy of, as it stands now."""

    def work(transaction: Transaction) -> Origin:
        ((_, _, made_at),) = transaction.run("database/read_version", name=VERSION_KEY)
        crawls: list[tuple[dict[str, object]]]
        crawls = transaction.run("rounds/read_crawl")  # type: ignore[assignment]  # one map
        crawl = crawls[0][0] if crawls else {}
        names = ("name", "answers", "round", "round_open", "recipe_digest")
        revision = "/".join(str(crawl.get(name)) for name in names)
        return Origin(str(made_at), source.where, revision)

    return source.read(work)


def marks(target: BoltDatabase) -> tuple[Mark | None, tuple[object, object]]:
    """The copy under way, if there is one; and what was copied here (of, revision)."""
    ((of, *begun, copied_of, copied_revision),) = target.read(
        lambda transaction: transaction.run("transfer/read_copy", name=VERSION_KEY)
    )
    if of is None:
        return None, (copied_of, copied_revision)
    where, revision, part, after, copied = begun
    mark = Mark(
        of=str(of),
        where=str(where),
        revision=str(revision),
        part=str(part or ""),
        after=str(after or ""),
        copied=int(str(copied or 0)),
    )
    return mark, (copied_of, copied_revision)


def begin(target: BoltDatabase, origin: Origin) -> Mark:
    """Mark an empty database as one that a copy is being written into.

    Raises:
        StoreRefusedError: It is not empty.
    """
    begun = target.write(
        lambda transaction: transaction.run(
            "transfer/write_copy_begins",
            name=VERSION_KEY,
            of=origin.of,
            where=origin.where,
            revision=origin.revision,
        )
    )
    if begun != [(1,)]:
        raise StoreRefusedError(
            f"the store at {target.where} holds a graph already",
            hint="Name an empty database, or a folder that is new.",
        )
    return Mark(origin.of, origin.where, origin.revision)


def go_on(transaction: Transaction, mark: Mark) -> None:
    """Say how far the copy is, in the transaction that writes so far.

    Raises:
        StoreRefusedError: The copy was ended, or begun anew, by another run.
    """
    there = transaction.run(
        "transfer/write_copy_goes_on",
        name=VERSION_KEY,
        of=mark.of,
        revision=mark.revision,
        part=mark.part,
        after=mark.after,
        copied=mark.copied,
    )
    if there != [(1,)]:
        raise StoreRefusedError(
            "another run has ended this copy, or begun it anew",
            hint="Let that run end; one is enough.",
        )


def spoil(target: BoltDatabase) -> None:
    """What is copied so far is of no use: the next run begins anew."""
    target.write(lambda t: t.run("transfer/write_copy_spoilt", name=VERSION_KEY))


def clear(target: BoltDatabase) -> None:
    """Forget what an unfinished copy has written."""
    while target.write(lambda t: t.run("transfer/write_copy_clears")) != [(0,)]:
        continue


def end(target: BoltDatabase) -> None:
    """The copy is whole: other commands may use the database."""
    target.write(lambda t: t.run("transfer/write_copy_ends", name=VERSION_KEY))
