"""Atomic writing of files, file locks, and sentences for system errors.

Functions raise `OSError` if the system refuses, unless their docstring names another
error; `os_errors_as` translates it into an error of the caller.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from graph.errors import BadGraphFileError

MAKE_ROOM = "Free some space, then run the same command again: it continues."

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# Without O_BINARY, Windows would change the line endings.
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def reason_of(error: OSError) -> str:
    """Return the system's reason in a form that fits after a colon.

    >>> reason_of(PermissionError(13, "Permission denied", "thesis.txt"))
    'permission denied'
    """
    return (error.strerror or str(error) or "no reason given").lower()


def is_disk_full(error: OSError) -> bool:
    """Whether the disk or the user's quota is full."""
    return error.errno in _DISK_FULL


@contextmanager
def os_errors_as(translate: Callable[[OSError], Exception]) -> Iterator[None]:
    """Replace an `OSError` by the error that `translate` returns for it."""
    try:
        yield
    except OSError as error:
        raise translate(error) from error


def graph_file_errors(file: Path) -> AbstractContextManager[None]:
    """Raise `BadGraphFileError` if `file` cannot be written."""
    return os_errors_as(
        lambda error: BadGraphFileError(
            f"{file} cannot be written: {reason_of(error)}",
            hint="Name another file, or free some space.",
        )
    )


@contextmanager
def replace_files(*files: Path) -> Iterator[tuple[Path, ...]]:
    """Yield part files, which replace `files` if the block succeeds.

    The part files are created before the block runs, so an unwritable folder is reported
    before a long computation. If the block fails, `files` remain unchanged and the part
    files are removed.
    """
    parts = tuple(file.with_name(f"{file.name}.part") for file in files)
    try:
        for part in parts:
            part.touch()
        yield parts
        for file, part in zip(files, parts, strict=True):
            part.replace(file)
    finally:
        for part in parts:
            with suppress(OSError):  # the folder is not readable: there is no part file
                part.unlink(missing_ok=True)


@contextmanager
def replace_files_in(folder: Path, names: Sequence[str]) -> Iterator[tuple[Path, ...]]:
    """Like `replace_files` for files of one folder, which is created if it is missing.

    Other files in it remain unchanged. If the block fails, a new folder is removed again.

    Raises:
        BadGraphFileError: `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise BadGraphFileError(
            f"{folder} is a file, and a folder of that name is needed "
            f"for {' and '.join(names)}",
            hint="Name another folder, or move the file away.",
        )
    made = not folder.exists()
    folder.mkdir(exist_ok=True)
    try:
        with replace_files(*(folder / name for name in names)) as parts:
            yield parts
    except BaseException:
        if made:
            with suppress(OSError):  # another program wrote a file into it
                folder.rmdir()
        raise


def write_atomically(
    file: Path, text: str, *, part: Path | None = None, mode: int = 0o666
) -> None:
    """Write a text file so that readers see the old or the new content, never a part.

    Args:
        file: Its folder must exist.
        text: Written as UTF-8, with line ends as they are.
        part: Where it is written first; beside `file` by default.
        mode: Permissions of the file, cut by the umask.
    """
    part = part or file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        descriptor = os.open(part, _NEW_FILE, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
        part.replace(file)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


class FileLock:
    """A lock on a file with at most one holder on this machine, on any system.

    The system releases it when the holder's process ends, even if it is killed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Acquire the lock if it is free, without waiting; create the file if missing."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _lock(descriptor) or not self._is_still_there(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def _is_still_there(self, descriptor: int) -> bool:
        """Whether the locked file is still the one at the path.

        Another holder may have removed it after we opened it and before we locked it.
        """
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        return False

    def release(self, *, remove: bool = False) -> None:
        """Release the lock; `remove` also deletes its file."""
        if self._descriptor is None:
            return
        # Windows does not delete open files. On other systems the file must be deleted
        # before the release: afterwards it may already be the next holder's.
        if remove and sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None
        if remove and sys.platform == "win32":
            with suppress(OSError):
                self._path.unlink()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
