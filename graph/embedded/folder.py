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

# Everything that the engine and this program make in it.
_ENGINES = {"backups", "config", "databases", "log"}
_OURS = {OWNER_LOCK, OWNER_NOTE, PASSWORD, _CRAWL_LOCK}
_PARTS = {f"{OWNER_NOTE}.part", f"{PASSWORD}.part"}


def exists(directory: Path) -> bool:
    """Whether a folder holds a store."""
    return (directory / "databases" / DATABASE).is_dir()


def prepare(directory: Path) -> None:
    """Make the folder of a store; an empty one may be there already.

    Raises:
        StoreRefusedError: It cannot be made, or it holds files that no store made.
    """
    with os_errors_as(partial(unusable, directory)):
        directory.mkdir(parents=True, exist_ok=True)
    refuse_foreign(directory)


def refuse_foreign(directory: Path) -> None:
    """Refuse a folder with other files; writes nothing. A missing folder is fine.

    Raises:
        StoreRefusedError: It holds no store but files that no store made, or it cannot
            be read.
    """
    try:
        foreign = () if exists(directory) else _foreign(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unusable(directory, error) from error
    if foreign:
        raise StoreRefusedError(
            f"the folder {directory} holds files that are not a store's, "
            f"such as {foreign[0]}",
            hint="Name another folder with --store, an empty or a new one.",
        )


def _foreign(directory: Path) -> tuple[str, ...]:
    """The names of files that no store made.

    A folder `config` may belong to anybody. A store makes its lock first, so that every
    process that finds another of its files finds the lock too, even while the store is
    being made.
    """
    names = {path.name for path in directory.iterdir()}
    is_ours = (directory / OWNER_LOCK).exists()
    own = _OURS | _PARTS | _ENGINES if is_ours else {_CRAWL_LOCK}
    return tuple(sorted(names - own))


def unusable(directory: Path, error: OSError) -> StoreRefusedError:
    """The error of a folder that cannot be written or is no folder."""
    return StoreRefusedError(
        f"the store's folder {directory} cannot be used: {reason_of(error)}",
        hint="Name another folder with --store, or free this one.",
    )


@contextmanager
def crawl_lock(directory: Path) -> Iterator[None]:
    """Hold the crawl lock of an embedded store: each crawl limits its own request rates.

    Makes the folder where there is none. The lock ends with the process, however that
    ends.

    Raises:
        StoreRefusedError: At once, while another process (or thread) crawls into the
            store, and where the folder cannot be used.
    """
    prepare(directory)
    lock = FileLock(directory / _CRAWL_LOCK)
    with os_errors_as(partial(unusable, directory)):
        is_ours = lock.acquire()
    if not is_ours:
        raise StoreRefusedError(
            "another crawl is under way in this store",
            hint="Let it end, or stop it with Ctrl-C; "
            "`genregraph status` shows how far it is.",
        )
    try:
        yield
    finally:
        lock.release()
