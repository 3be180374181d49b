"""Opening a store: the only file that knows all kinds of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path

from graph.bolt.address import FixedServer, ServerAddress, ServerLocator, checked_uri
from graph.bolt.database import BoltDatabase, Transaction
from graph.bolt.reconnect import WAIT_SECONDS, ReconnectPolicy
from graph.bolt_store.store import BoltStore
from graph.cypher.statements import statements
from graph.embedded.folder import exists
from graph.embedded.server import EmbeddedServer
from graph.errors import (
    ForeignDatabaseError,
    GraphError,
    NoStoreError,
    SchemaMismatchError,
    UnfinishedCopyError,
)
from graph.model.schema import VERSION, VERSION_KEY
from graph.store import Store
from graph.transfer.checkpoint import marks


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Which store to open: the database at `uri`, or without one that in `directory`.

    Attributes:
        database: None for the server's default database.
        directory: The embedded store's folder.
        wait_seconds: How long a database at an address is waited for when it goes away
            in the middle of the work.
    """

    uri: str | None
    user: str | None
    password: str | None = field(repr=False)
    database: str | None
    directory: Path
    wait_seconds: float = WAIT_SECONDS


@contextmanager
def open_store(
    settings: StoreSettings,
    *,
    clock_now: Callable[[], datetime],
    create: bool = True,
    adopt: bool = False,
    patience: ReconnectPolicy | None = None,
    answered_before: bool = False,
) -> Iterator[Store]:
    """A store that answers, is ours, and has our schema; closed at the end.

    Without `create` an empty database counts as no store, and nothing is written.
    With `adopt` a database with other people's nodes is taken into use.

    A database at an address must answer within five seconds. Once it has (or had,
    with `answered_before`), it is waited for with `patience` when it goes away.

    Raises:
        StoreUnreachableError: Nothing answers.
        StoreRefusedError: It answers and says no, or there is no store.
        ForeignDatabaseError: It holds nodes and no version node of ours.
        SchemaMismatchError: Another version of this program made it.
    """
    with connected(settings, patience, create=create, again=answered_before) as bolt:
        engine = bolt.connect()
        _take_into_use(bolt, engine, clock_now, create=create, adopt=adopt)
        _refuse_unfinished_copy(bolt)
        if create:
            _make_what_an_import_lacks(bolt)
        yield BoltStore(bolt, engine)


@contextmanager
def connected(
    settings: StoreSettings,
    patience: ReconnectPolicy | None = None,
    *,
    create: bool = True,
    again: bool = False,
) -> Iterator[BoltDatabase]:
    """A database, whatever it holds; closed at the end. `again`: it answered before."""
    server = _server(settings, create=create)
    try:
        bolt = BoltDatabase(server, patience, answered_before=again)
        try:
            yield bolt
        finally:
            bolt.close()
    finally:
        server.close()


@contextmanager
def open_for_copying(
    settings: StoreSettings,
    *,
    clock_now: Callable[[], datetime],
    patience: ReconnectPolicy | None = None,
    is_target: bool = False,
) -> Iterator[BoltDatabase]:
    """A store to copy from, or into: that may hold an unfinished copy.

    Raises:
        GraphError: As `open_store` does.
    """
    with connected(settings, patience, create=is_target) as bolt:
        engine = bolt.connect()
        _take_into_use(bolt, engine, clock_now, create=is_target, adopt=False)
        if not is_target:
            _refuse_unfinished_copy(bolt)
        yield bolt


@contextmanager
def open_for_upgrade(
    settings: StoreSettings, patience: ReconnectPolicy | None = None
) -> Iterator[tuple[BoltDatabase, int]]:
    """A store of this or an older version, and the version of its schema.

    Raises:
        GraphError: As `open_store` does, also for a newer version.
    """
    with connected(settings, patience, create=False) as bolt:
        bolt.connect()
        version, empty = bolt.read(_looked_at)
        if version is None:
            raise _nothing_of_ours(bolt.where, empty=empty)
        if not isinstance(version, int) or version > VERSION:
            raise _mismatch(bolt.where, version)
        yield bolt, version


def open_existing(
    where: str | Path,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
) -> AbstractContextManager[Store]:
    """A store that is there, to read in a script of one's own.

    `where` is the embedded store's folder, such as ".genregraph/store", or a BoltDatabase
    address with the database's user and password. Nothing is made where there is none.

    Raises:
        GraphError: As `open_store` does.
    """
    uri = str(where) if "://" in str(where) else None
    settings = StoreSettings(uri, user, password, database, Path(where))
    return open_store(settings, clock_now=_no_clock, create=False)


def _no_clock() -> datetime:
    """Time is written only into a new store."""
    raise AssertionError


def _server(settings: StoreSettings, *, create: bool) -> ServerLocator:
    if settings.uri is not None:
        uri = checked_uri(settings.uri)
        return FixedServer(
            ServerAddress(uri, settings.user, settings.password, settings.database)
        )
    if not create and not exists(settings.directory):
        raise _no_store(str(settings.directory))
    return EmbeddedServer(settings.directory)


def _take_into_use(
    bolt: BoltDatabase,
    engine: str,
    clock_now: Callable[[], datetime],
    *,
    create: bool,
    adopt: bool,
) -> None:
    version, empty = bolt.read(_looked_at)
    if version is None:
        if not create or not (empty or adopt):
            raise _nothing_of_ours(bolt.where, empty=empty or adopt)
        version = _made(bolt, engine, clock_now())
    if version != VERSION:
        raise _mismatch(bolt.where, version)


def _nothing_of_ours(where: str, *, empty: bool) -> GraphError:
    if not empty:
        return ForeignDatabaseError(
            f"the database at {where} holds nodes and is not a genregraph store"
        )
    return NoStoreError(
        f"there is no store yet at {where}: the database answers, and is empty",
        hint="`genregraph store init` or a crawl takes it into use.",
    )


def _make_what_an_import_lacks(bolt: BoltDatabase) -> None:
    """`neo4j-admin` makes no constraints: see `queries.files.neo4j_admin`."""
    imported = bolt.read(lambda t: t.run("transfer/read_imported", name=VERSION_KEY))
    if imported:
        bolt.alter(statements("schema"))
        bolt.write(lambda t: t.run("transfer/write_imported", name=VERSION_KEY))


def _refuse_unfinished_copy(bolt: BoltDatabase) -> None:
    mark, _ = marks(bolt)
    if mark is not None:
        raise UnfinishedCopyError(
            f"a copy from {mark.where} into {bolt.where} is not finished",
            hint="Run the same `genregraph graph copy` again: it goes on.",
        )


def _looked_at(transaction: Transaction) -> tuple[object, bool]:
    """The schema's version, if there is one, and whether there are no nodes.

    In this order: another process may make the store meanwhile, the version node first.
    """
    empty = not transaction.run("database/read_anything")
    found = transaction.run("database/read_version", name=VERSION_KEY)
    return found[0][0] if found else None, empty


def _made(bolt: BoltDatabase, engine: str, at: datetime) -> object:
    """Make the constraints, then the version node, which so vouches for them."""
    bolt.alter(statements("schema"))
    made = bolt.write(
        lambda transaction: transaction.run(
            "database/write_version",
            name=VERSION_KEY,
            version=VERSION,
            engine=engine,
            program=metadata.version("genregraph"),
            at=at,
        )
    )
    return made[0][0]


def _no_store(where: str) -> NoStoreError:
    return NoStoreError(f"there is no store at {where}")


def _mismatch(where: str, version: object) -> SchemaMismatchError:
    newer = isinstance(version, int) and version > VERSION
    hint = (
        "Install the newer genregraph that made it."
        if newer
        else "Run `genregraph store upgrade` first."
    )
    return SchemaMismatchError(
        f"the store at {where} has schema {version}, and this program knows {VERSION}",
        hint=hint,
    )
