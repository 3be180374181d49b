"""Opens stores, both embedded ones and databases at an address.

Opening connects to the database, checks that it is a genregraph store of this version, and
initialises it if it is empty and the caller wants a new store.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path

from graph.bolt.address import FixedServer, ServerAddress, ServerLocator, checked_uri
from graph.bolt.database import BoltDatabase, Transaction
from graph.bolt.reconnect import WAIT_SECONDS, ReconnectPolicy
from graph.bolt_store.lease import state as lease_state
from graph.bolt_store.store import BoltStore
from graph.cypher.statements import statements
from graph.embedded.folder import crawl_lock, exists
from graph.embedded.server import EmbeddedServer
from graph.errors import (
    ForeignDatabaseError,
    GraphError,
    NoStoreError,
    SchemaMismatchError,
    StoreRefusedError,
)
from graph.model.schema import LEASE_KEY, VERSION, VERSION_KEY
from graph.store import Store
from graph.transfer.copy import unfinished_copy
from graph.transfer.upgrade import live_workers


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Which store to open: the database at `uri`, or if that is None, in `directory`.

    Attributes:
        database: None for the server's default database.
        directory: The embedded store's folder.
        wait_seconds: How long to wait for a database at an address if it goes away
            during the work.
    """

    uri: str | None
    user: str | None
    password: str | None = field(repr=False)
    database: str | None
    directory: Path
    wait_seconds: float = WAIT_SECONDS


@contextmanager
def open_configured_store(
    settings: StoreSettings,
    *,
    clock_now: Callable[[], datetime],
    create: bool = True,
    adopt: bool = False,
    reconnect: ReconnectPolicy | None = None,
    answered_before: bool = False,
) -> Iterator[Store]:
    """Open a store, and close it at the end of the context.

    A database at an address must answer within five seconds. `reconnect` applies to
    later outages.

    Args:
        settings: Which store.
        clock_now: Returns the time; used only if a store is created.
        create: Whether to turn an empty database into a store. If False, nothing is
            written.
        adopt: Whether to turn a database with other nodes into a store.
        reconnect: How long to wait for a database that goes away.
        answered_before: Whether the database answered an earlier connection of this
            command: then `reconnect` applies from the beginning.

    Raises:
        StoreUnreachableError: Nothing answers.
        StoreRefusedError: The database refuses, there is no store, or an unfinished
            copy is in it.
        ForeignDatabaseError: It contains nodes but no version node of ours.
        SchemaMismatchError: Another version of this program created it.
    """
    with connected(settings, reconnect, create=create, again=answered_before) as bolt:
        engine = bolt.connect()
        _check_or_initialise(bolt, engine, clock_now, create=create, adopt=adopt)
        _refuse_unfinished_copy(bolt)
        if create:
            _complete_bulk_import(bolt)
        yield BoltStore(bolt, engine)


@contextmanager
def connected(
    settings: StoreSettings,
    reconnect: ReconnectPolicy | None = None,
    *,
    create: bool = True,
    again: bool = False,
) -> Iterator[BoltDatabase]:
    """Connect to a database that need not be a store; close it at the end.

    `again` says whether it answered an earlier connection of this command.
    """
    server = _server(settings, create=create)
    try:
        bolt = BoltDatabase(server, reconnect, answered_before=again)
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
    reconnect: ReconnectPolicy | None = None,
    is_target: bool = False,
) -> Iterator[BoltDatabase]:
    """Open a store to copy from or into; the target may contain an unfinished copy.

    Raises:
        GraphError: See `open_configured_store`.
    """
    with connected(settings, reconnect, create=is_target) as bolt:
        engine = bolt.connect()
        _check_or_initialise(bolt, engine, clock_now, create=is_target, adopt=False)
        if not is_target:
            _refuse_unfinished_copy(bolt)
        yield bolt


@contextmanager
def open_for_upgrade(
    settings: StoreSettings, reconnect: ReconnectPolicy | None = None
) -> Iterator[tuple[BoltDatabase, int]]:
    """Open a store of this or an older version; also return the version of its schema.

    Raises:
        GraphError: See `open_configured_store`; also if the version is newer.
    """
    with connected(settings, reconnect, create=False) as bolt:
        bolt.connect()
        version, empty = bolt.read(_inspect)
        if version is None:
            raise _not_a_store(bolt.where, empty=empty)
        if not isinstance(version, int) or version > VERSION:
            raise _mismatch(bolt.where, version)
        yield bolt, version


@contextmanager
def no_active_crawl(
    settings: StoreSettings, where: str, active: Iterable[str], what: str
) -> Iterator[None]:
    """Run work during which no crawl may be active.

    In an embedded store, the crawl lock keeps crawls from starting meanwhile.

    Args:
        settings: Which store.
        where: Its address for messages.
        active: The names of active crawlers, for a database at an address.
        what: What is refused while a crawler is active, as a clause.

    Raises:
        StoreRefusedError: A crawler is active.
    """
    if settings.uri is None:
        with crawl_lock(settings.directory):
            yield
        return
    for name in active:
        raise StoreRefusedError(
            f"crawler {name} is active in the store at {where}: {what}",
            hint="Wait until it ends, or stop it with Ctrl-C; "
            "then run the same command again.",
        )
    yield


def live_crawlers(bolt: BoltDatabase) -> tuple[str, ...]:
    """Return the names of active crawlers in a store of this or an older version."""
    active = lease_state(bolt).active
    now = (active.name,) if active is not None and active.is_live else ()
    return (*live_workers(bolt), *now)


def open_store(
    where: str | Path,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
) -> AbstractContextManager[Store]:
    """Open an existing store in a script.

    Args:
        where: The folder of an embedded store, such as ".genregraph/store", or a Bolt
            address.
        user: The user of a database at an address.
        password: The password of this user.
        database: The name of the database; None for the server's default.

    Raises:
        GraphError: See `open_configured_store`. No store is created.
    """
    uri = str(where) if "://" in str(where) else None
    settings = StoreSettings(uri, user, password, database, Path(where))
    return open_configured_store(settings, clock_now=_no_clock, create=False)


def _no_clock() -> datetime:
    """Never called: only the creation of a store needs the time."""
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


def _check_or_initialise(
    bolt: BoltDatabase,
    engine: str,
    clock_now: Callable[[], datetime],
    *,
    create: bool,
    adopt: bool,
) -> None:
    version, empty = bolt.read(_inspect)
    if version is None:
        if not create or not (empty or adopt):
            raise _not_a_store(bolt.where, empty=empty or adopt)
        version = _initialise(bolt, engine, clock_now())
    if version != VERSION:
        raise _mismatch(bolt.where, version)


def _not_a_store(where: str, *, empty: bool) -> GraphError:
    if not empty:
        return ForeignDatabaseError(
            f"the database at {where} contains nodes and is not a genregraph store"
        )
    return NoStoreError(
        f"there is no store yet at {where}: the database answers, and is empty",
        hint="Run `genregraph store init` or a crawl to create one.",
    )


def _complete_bulk_import(bolt: BoltDatabase) -> None:
    """Create the constraints and the lease that a bulk import does not create.

    See `queries.files.neo4j_admin`.
    """

    def work(transaction: Transaction) -> None:
        transaction.run("database/write_lease", name=LEASE_KEY)
        transaction.run("transfer/write_imported", name=VERSION_KEY)

    imported = bolt.read(lambda t: t.run("transfer/read_imported", name=VERSION_KEY))
    if imported:
        bolt.alter(statements("schema"))
        bolt.write(work)


def _refuse_unfinished_copy(bolt: BoltDatabase) -> None:
    unfinished = unfinished_copy(bolt)
    if unfinished is not None:
        raise StoreRefusedError(
            f"a copy from {unfinished.where} into {bolt.where} is not finished",
            hint="Run the same `genregraph graph copy` again: it continues.",
        )


def _inspect(transaction: Transaction) -> tuple[object, bool]:
    """Return the version of the schema or None, and whether the database is empty.

    The nodes are read first: a process that creates the store in between writes the
    version node first, so the database never looks like a foreign one.
    """
    empty = not transaction.run("database/read_anything")
    found = transaction.run("database/read_version", name=VERSION_KEY)
    return found[0][0] if found else None, empty


def _initialise(bolt: BoltDatabase, engine: str, at: datetime) -> object:
    """Create the constraints, then the lease and the version node.

    The version node is last: if it exists, so does everything else.
    """

    def work(transaction: Transaction) -> object:
        transaction.run("database/write_lease", name=LEASE_KEY)
        made = transaction.run(
            "database/write_version",
            name=VERSION_KEY,
            version=VERSION,
            engine=engine,
            program=metadata.version("genregraph"),
            at=at,
        )
        return made[0][0]

    bolt.alter(statements("schema"))
    return bolt.write(work)


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
        f"the store at {where} has schema {version}, and this program uses {VERSION}",
        hint=hint,
    )
