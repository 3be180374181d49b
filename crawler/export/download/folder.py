"""The folder of a data set: its owner, its files, and how files get there.

A running export keeps its clips and its journal in `.work`; at the end the clips move to
their final places. Files that are not part of the data set are never overwritten or
removed.
"""

import contextlib
import hashlib
import json
import re
import shutil
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from crawler.errors import DatasetError
from graph.files import (
    MAKE_ROOM,
    FileLock,
    is_disk_full,
    os_errors_as,
    reason_of,
    write_atomically,
)

WORK = ".work"
LOCK = "recipe.lock"
FETCH_LOG = "fetch-log.csv"
MANIFEST = "manifest.csv"
FAILED = "failed.csv"
CARD = "README.md"
# The lock states their checksums, and that of metadata.csv in each split.
LOCKED_FILES = (MANIFEST, FAILED, CARD)
_MARKER = "data-set.json"
_LENGTHS = "min-seconds.txt"
RUNNING = "running.lock"
# How many unexpected files a note names.
_NAMED = 3
# Files that operating systems create by themselves.
UNNOTICED = {".DS_Store", "Thumbs.db", "desktop.ini"}
# 30 s at 128 kbit/s are 480 kB (Deezer's previews).
USUAL_CLIP_BYTES = 500_000


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk that holds a folder or will hold it."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free


def slugs(labels: Iterable[str]) -> dict[str, str]:
    """Make a folder name for each class, in the given order; equal names are numbered.

    >>> slugs(["r&b", "Drum & Bass", "drum-n-bass", "musica popular"])
    {'r&b': 'rnb', 'Drum & Bass': 'drum-n-bass', 'drum-n-bass': 'drum-n-bass-2', 'musica popular': 'musica-popular'}
    """
    names: dict[str, str] = {}
    for label in labels:
        base, number = _slug(label), 2
        name = base
        while name in names.values():
            name, number = f"{base}-{number}", number + 1
        names.setdefault(label, name)
    return names


def _slug(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label.casefold().replace("&", "n"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return "-".join(re.findall(r"\w+", plain)) or "class"


def stem(track: str) -> str:
    """The file name of a track's clip, without the suffix.

    >>> stem("deezer:123")
    'deezer-123'
    """
    return re.sub(r"[^\w.-]", "-", track)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class DatasetFolder:
    """An opened folder, locked for one export until it is closed."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.work = out / WORK
        self.is_finished = False

    def part(self, track: str) -> Path:
        """The path of a clip until it is checked."""
        return self.work / f"{stem(track)}.part"

    def staged(self, track: str) -> Path:
        """The path of a good clip until the data set is finished."""
        return self.work / f"{stem(track)}.mp3"

    def clips(self) -> dict[str, list[Path]]:
        """Find all clips in the folder, by stem; clips at their final place come first."""
        found: dict[str, list[Path]] = defaultdict(list)
        for pattern in ("*/*/*.mp3", f"{WORK}/*.mp3", f"{WORK}/*.part"):
            for path in sorted(self.out.glob(pattern)):
                found[path.stem].append(path)
        return found

    def write(self, name: str, text: str) -> None:
        """Write a file whole: it is the old one or the new one, never half of one."""
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text, part=self.work / "file.part")

    def move(self, path: Path, name: str) -> None:
        """Move a clip to its final place."""
        place = self.out / name
        if path == place:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
        self._remove_empty_folders(path)

    def remove(self, path: Path) -> None:
        """Remove a file of the data set, and folders that become empty."""
        path.unlink(missing_ok=True)
        self._remove_empty_folders(path)

    def _remove_empty_folders(self, path: Path) -> None:
        for folder in path.parents:
            if folder in {self.out, self.work}:
                return
            with contextlib.suppress(OSError):
                folder.rmdir()

    def record_min_seconds(self, min_seconds: float) -> tuple[float, ...]:
        """Record the required length of clips; return those of earlier unfinished runs."""
        path = self.work / _LENGTHS
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        self.write(f"{WORK}/{_LENGTHS}", f"{text}{min_seconds!r}\n")
        return tuple(map(float, text.split()))

    def finish(self) -> None:
        """Remove the files of the running export; `recipe.lock` now holds the same."""
        for path in self.work.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != RUNNING:
                path.unlink()
        self.is_finished = True


def unexpected_files(
    out: Path, clips: Collection[str], splits: Collection[str]
) -> Iterator[str]:
    """Names of files that no export wrote, relative to `out`, sorted.

    Files that operating systems create by themselves are skipped.

    Args:
        out: A finished data set.
        clips: The file names of its clips.
        splits: The folders of its splits.
    """
    metadata = {f"{split}/metadata.csv" for split in splits}
    running = f"{WORK}/{RUNNING}"  # removed when the export ends
    known = {LOCK, FETCH_LOG, running, *LOCKED_FILES, *metadata, *clips}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if not (path.is_dir() or name in known or path.name in UNNOTICED):
            yield name


def note_unexpected_files(
    out: Path, clips: Collection[str], splits: Collection[str]
) -> str | None:
    """A sentence for users who load the folder; None without such files."""
    found = list(unexpected_files(out, clips, splits))
    if not found:
        return None
    files = "1 file" if len(found) == 1 else f"{len(found)} files"
    are = "is" if len(found) == 1 else "are"
    more = ", …" if len(found) > _NAMED else ""
    named = ", ".join(found[:_NAMED]) + more
    return (
        f"note: {files} in {out} {are} not part of the data set and not touched: {named}; "
        "software that loads the folder may load such files too"
    )


@contextlib.contextmanager
def open_folder(
    out: Path,
    name: str,
    *,
    clips: int,
    room: Callable[[Path], int] = free_bytes,
) -> Iterator[DatasetFolder]:
    """Open the folder of the data set `name`, creating it if necessary.

    Args:
        out: The folder.
        name: `dataset.name`; the folder of another data set is refused.
        clips: The largest number of clips to fetch: there must be room for them.
        room: Returns the number of free bytes.

    Raises:
        DatasetError: It cannot be written, holds something else, is in use, or is too
            small.
    """
    refuse_foreign(out, name)
    _check_room(out, clips, room)
    folder = DatasetFolder(out)
    with said_plainly(out):
        folder.work.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        with said_plainly(out):
            folder.write(f"{WORK}/{_MARKER}", json.dumps({"dataset": name}) + "\n")
        yield folder


def refuse_foreign(out: Path, name: str) -> None:
    """Raise `DatasetError` unless a folder is new, empty, or holds this data set."""
    if out.exists() and not out.is_dir():
        raise DatasetError(f"{out} is a file", hint="Name a folder for the data set.")
    with said_plainly(out):
        held = sorted(p.name for p in out.iterdir()) if out.exists() else []
    if not set(held) - UNNOTICED:
        return
    owner = _owner(out)
    if owner is None and MANIFEST in held:
        raise DatasetError(
            f"{out} holds a data set without its {LOCK}, which names the data set",
            hint=f"Put its {LOCK} back, or name another folder.",
        )
    if owner is None:
        raise DatasetError(
            f"{out} holds other files ({held[0]}, …) and not a data set of genregraph",
            hint="Name a folder that is empty or does not exist.",
        )
    if owner != name:
        raise DatasetError(
            f'{out} holds another data set, "{owner}"',
            hint="Name another folder, or remove this one first.",
        )


def _owner(out: Path) -> str | None:
    for path in (out / LOCK, out / WORK / _MARKER):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            return str(json.loads(path.read_text(encoding="utf-8"))["dataset"])
    return None


def _check_room(out: Path, clips: int, room: Callable[[Path], int]) -> None:
    needed, free = clips * USUAL_CLIP_BYTES, room(out)
    if free < needed:
        raise DatasetError(
            f"{clips} clips need about {needed / 1e6:,.0f} MB, and {out} has "
            f"{free / 1e6:,.0f} MB left",
            hint="Make room, name another folder, or lower tracks_per_artist.",
        )


def said_plainly(out: Path) -> contextlib.AbstractContextManager[None]:
    """Raise `DatasetError` where the system refuses something in a folder."""

    def translate(error: OSError) -> DatasetError:
        hint = "Name a folder that you may write to."
        if is_disk_full(error):
            hint = MAKE_ROOM
        return DatasetError(f"{out} cannot be written: {reason_of(error)}", hint=hint)

    return os_errors_as(translate)


@contextlib.contextmanager
def _alone(folder: DatasetFolder) -> Iterator[None]:
    """Keep a second export out of the folder; the system ends this when we die."""
    lock = FileLock(folder.work / RUNNING)
    with said_plainly(folder.out):
        is_ours = lock.acquire()
    if not is_ours:
        raise DatasetError(
            f"another export is writing to {folder.out}",
            hint="Wait until it has ended.",
        )
    try:
        yield
    finally:
        lock.release(remove=folder.is_finished)
        if folder.is_finished:
            with contextlib.suppress(OSError):  # the next export is in it already
                folder.work.rmdir()
