"""The folder of an embedded store: its files, and the lock of the crawl."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from graph.errors import StoreRefusedError
from graph.files import FileLock, os_errors_as, reason_of

DATABASE = "neo4j"
OWNER_LOCK = "owner.lock"
OWNER_NOTE = "owner.json"
PASSWORD = "password"  # noqa: S105 - the name of a file
_CRAWL_LOCK = "crawl.lock"

# All files and folders that the engine and this program create in it.
_ENGINES = {"backups", "config", "databases", "log"}
_OURS = {OWNER_LOCK, OWNER_NOTE, PASSWORD, _CRAWL_LOCK}
_PARTS = {f"{OWNER_NOTE}.part", f"{PASSWORD}.part"}


def exists(directory: Path) -> bool:
    """Whether a folder holds a store."""
    return (directory / "databases" / DATABASE).is_dir()


def prepare(directory: Path) -> None:
    """Create the folder of a store; it may already exist if it is empty or a store's.

    Raises:
        StoreRefusedError: It cannot be created, or contains files that are not a store's.
    """
    with os_errors_as(partial(unusable, directory)):
        directory.mkdir(parents=True, exist_ok=True)
    refuse_foreign(directory)


def refuse_foreign(directory: Path) -> None:
    """Refuse a folder with files that are not a store's. Accepts a missing folder.

    Writes nothing. In a folder that already is a store, other files are accepted.

    Raises:
        StoreRefusedError: It is not a store and contains other files, or it cannot be
            read.
    """
    try:
        foreign = () if exists(directory) else _foreign(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unusable(directory, error) from error
    if foreign:
        raise StoreRefusedError(
            f"the folder {directory} contains files that are not a store's, "
            f"such as {foreign[0]}",
            hint="Name an empty or a new folder with --store.",
        )


def _foreign(directory: Path) -> tuple[str, ...]:
    """The names of files that are not a store's.

    Names such as `config` do not prove that a store made them. But a store creates its
    lock first, so a process that finds any other file of a store also finds the lock,
    even while the store is being created.
    """
    names = {path.name for path in directory.iterdir()}
    is_ours = (directory / OWNER_LOCK).exists()
    own = _OURS | _PARTS | _ENGINES if is_ours else {_CRAWL_LOCK}
    return tuple(sorted(names - own))


def unusable(directory: Path, error: OSError) -> StoreRefusedError:
    """The error of a folder that cannot be written, or is not a folder."""
    return StoreRefusedError(
        f"the store's folder {directory} cannot be used: {reason_of(error)}",
        hint="Name another folder with --store, or free this one.",
    )


@contextmanager
def crawl_lock(directory: Path) -> Iterator[None]:
    """Hold the crawl lock of an embedded store, so that only one crawl runs in it.

    Creates the folder if it is missing. The system releases the lock when the process
    ends, even if it is killed.

    Raises:
        StoreRefusedError: Another process (or thread) crawls into the store, or the
            folder cannot be used. Raised at once.
    """
    prepare(directory)
    lock = FileLock(directory / _CRAWL_LOCK)
    with os_errors_as(partial(unusable, directory)):
        is_ours = lock.acquire()
    if not is_ours:
        raise StoreRefusedError(
            "another crawl is running in this store",
            hint="Wait until it ends, or stop it with Ctrl-C; "
            "`genregraph status` shows its progress.",
        )
    try:
        yield
    finally:
        lock.release()
