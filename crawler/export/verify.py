"""`verify`: check a data set folder against its own manifest.

It trusts nothing: it checks files, checksums, sound and splits again, and whether
manifest, metadata and lock agree.
"""

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from crawler.console.progress import Progress
from crawler.errors import DatasetError
from crawler.export.download.audio import AudioFault, ClipFacts
from crawler.export.download.decoder_pool import Checker
from crawler.export.download.folder import (
    LOCK,
    LOCKED_FILES,
    WORK,
    sha256_of,
    unexpected_files,
)
from crawler.export.files.manifest import COLUMNS, METADATA_COLUMNS

ManifestRow: TypeAlias = Mapping[str, str]
# Some software counts the padding of an MP3, some does not.
LENGTH_TOLERANCE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong: the check, the file, and a description."""

    check: str
    file: str
    description: str


@dataclass(frozen=True, slots=True)
class DatasetFiles:
    """The manifest and the lock of a folder."""

    out: Path
    rows: tuple[ManifestRow, ...]
    columns: tuple[str, ...]
    lock: Mapping[str, object]

    @property
    def clip_names(self) -> frozenset[str]:
        """The files of the clips, relative to the folder of the data set."""
        return frozenset(row.get("file_name", "") for row in self.rows)

    @property
    def splits(self) -> tuple[str, ...]:
        """The folders of the splits that contain a clip, sorted."""
        return tuple(sorted({name.partition("/")[0] for name in self.clip_names}))


def read_table(text: str) -> tuple[tuple[str, ...], tuple[ManifestRow, ...]]:
    """Parse a CSV file into columns and rows."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows = tuple(reader)
    return tuple(reader.fieldnames or ()), rows


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a data set.

    Attributes:
        checks: Number of issues by check, including checks without issues.
    """

    clips: int
    issues: tuple[Issue, ...]
    checks: Mapping[str, int]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.issues


def verify_dataset(
    out: Path, checker: Checker, progress: Progress, *, threads: int = 2
) -> Verification:
    """Check a data set folder.

    Raises:
        DatasetError: It is not a data set, or its export is not finished.
    """
    dataset = _read(out)
    checks: dict[str, Callable[[DatasetFiles], Iterator[Issue]]] = {
        "columns": _columns,
        "order": _order,
        "files": _files,
        "stray": _unexpected_files,
        "splits": _splits,
        "metadata": _metadata,
        "lock": check_lock,
        "checksums": check_files,
        "audio": lambda d: _audio(d, checker, progress, threads),
    }
    found = {name: tuple(check(dataset)) for name, check in checks.items()}
    return Verification(
        clips=len(dataset.rows),
        issues=tuple(issue for issues in found.values() for issue in issues),
        checks={name: len(issues) for name, issues in found.items()},
    )


def _read(out: Path) -> DatasetFiles:
    if not out.is_dir():
        raise DatasetError(
            f"{out} is not a folder", hint="Name the folder of a data set."
        )
    if (out / WORK).exists():
        raise DatasetError(
            f"the export into {out} is not finished",
            hint="Run the same `genregraph export` again; it continues.",
        )
    try:
        text = (out / "manifest.csv").read_text(encoding="utf-8")
        lock = json.loads((out / LOCK).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise DatasetError(
            f"{out} has no {missing}: it is not a finished data set",
            hint="Name a folder that `genregraph export` wrote.",
        ) from None
    except ValueError as error:
        raise DatasetError(
            f"the manifest or lock in {out} is damaged: {error}"
        ) from None
    if not isinstance(lock, dict):
        raise DatasetError(f"the lock in {out} is damaged: not a JSON object")
    columns, rows = read_table(text)
    return DatasetFiles(out, rows, columns, lock)


def _columns(dataset: DatasetFiles) -> Iterator[Issue]:
    if dataset.columns != COLUMNS:
        missing = [c for c in COLUMNS if c not in dataset.columns]
        more = [c for c in dataset.columns if c not in COLUMNS]
        what = f"missing: {missing}, unknown: {more}" if missing + more else "order"
        yield Issue(
            "columns", "manifest.csv", f"does not have the required columns; {what}"
        )


def _order(dataset: DatasetFiles) -> Iterator[Issue]:
    ids = [row.get("id", "") for row in dataset.rows]
    if ids != sorted(ids):
        yield Issue("order", "manifest.csv", "not sorted by id")
    for track, times in sorted(Counter(ids).items()):
        if times > 1:
            yield Issue("order", "manifest.csv", f"{track} appears {times} times")


def _files(dataset: DatasetFiles) -> Iterator[Issue]:
    for row in dataset.rows:
        name = row.get("file_name", "")
        path = dataset.out / name
        if not _is_inside(path, dataset.out) or not path.is_file():
            yield Issue("files", name, "is missing")
        elif sha256_of(path) != row.get("sha256"):
            yield Issue("files", name, "has a different SHA-256 than in the manifest")


def _is_inside(path: Path, out: Path) -> bool:
    return path.resolve().is_relative_to(out.resolve())


def _unexpected_files(dataset: DatasetFiles) -> Iterator[Issue]:
    """The folder contains only files that an export wrote."""
    for name in unexpected_files(dataset.out, dataset.clip_names, dataset.splits):
        yield Issue("stray", name, "is not a file of the data set")


def _splits(dataset: DatasetFiles) -> Iterator[Issue]:
    """No artist, recording, album or group is in two splits; clips are in their folders."""
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in dataset.rows:
        for key in _keys(row):
            sides[key].add(row.get("split", ""))
    for (kind, value), splits in sorted(sides.items()):
        if len(splits) > 1:
            where = " and ".join(sorted(splits))
            yield Issue("splits", "manifest.csv", f"{kind} {value} is in {where}")
    for row in dataset.rows:
        if not row.get("file_name", "").startswith(f"{row.get('split', '')}/"):
            what = f"is not in the folder of its split, {row.get('split')}"
            yield Issue("splits", row.get("file_name", ""), what)


def _keys(row: ManifestRow) -> Iterator[tuple[str, str]]:
    yield from (("artist", artist) for artist in _list(row, "artist_ids"))
    yield from (("MBID", mbid) for mbid in _list(row, "mbids") if mbid)
    for kind, column in (("ISRC", "isrc"), ("album", "album_id"), ("group", "group")):
        if row.get(column):
            yield (kind, row[column])


def _list(row: ManifestRow, column: str) -> list[str]:
    try:
        return [str(value) for value in json.loads(row.get(column) or "[]")]
    except (ValueError, TypeError):
        return []


def _metadata(dataset: DatasetFiles) -> Iterator[Issue]:
    """Each split's metadata.csv agrees with the manifest."""
    expected: dict[str, dict[str, ManifestRow]] = defaultdict(dict)
    for row in dataset.rows:
        split, _, name = row.get("file_name", "").partition("/")
        expected[split][name] = row
    for split in sorted(expected):
        yield from _metadata_of(dataset.out, split, expected[split])


def _metadata_of(
    out: Path, split: str, expected: Mapping[str, ManifestRow]
) -> Iterator[Issue]:
    file = f"{split}/metadata.csv"
    if not (out / file).is_file():
        return  # the check of the checksums reports it
    columns, rows = read_table((out / file).read_text(encoding="utf-8"))
    if columns != METADATA_COLUMNS:
        yield Issue("metadata", file, "does not have the required columns")
    listed = {row.get("file_name", ""): row for row in rows}
    for name in sorted(listed.keys() ^ expected.keys()):
        where = "has no row for" if name in expected else "has an extra row for"
        yield Issue("metadata", file, f"{where} {name}")
    for name in sorted(listed.keys() & expected.keys()):
        yield from _compare(file, name, listed[name], expected[name])


def _compare(
    file: str, name: str, row: ManifestRow, expected: ManifestRow
) -> Iterator[Issue]:
    for column in METADATA_COLUMNS:
        if column != "file_name" and row.get(column) != expected.get(column):
            what = f"{column} of {name} differs from the manifest"
            yield Issue("metadata", file, what)


def _audio(
    dataset: DatasetFiles, checker: Checker, progress: Progress, threads: int
) -> Iterator[Issue]:
    shortest = _min_seconds(dataset.lock)
    rows = [r for r in dataset.rows if (dataset.out / r.get("file_name", "")).is_file()]

    def check(row: ManifestRow) -> ClipFacts | AudioFault:
        path = dataset.out / row["file_name"]
        return checker.check(path, min_seconds=shortest)

    # A log file receives this line at once and the next one a minute later.
    progress.update(f"decoding {len(rows)} clips")
    with ThreadPoolExecutor(threads) as pool:
        for number, (row, found) in enumerate(zip(rows, pool.map(check, rows)), 1):  # noqa: B905  the pool gives one for each row
            progress.update(f"{number} of {len(rows)} clips decoded")
            yield from _compare_sound(row, found)


def _min_seconds(lock: Mapping[str, object]) -> float:
    recipe = lock.get("recipe")
    export = recipe.get("export") if isinstance(recipe, Mapping) else None
    seconds = export.get("min_seconds") if isinstance(export, Mapping) else None
    return float(seconds) if isinstance(seconds, int | float) else 0.0


def _compare_sound(row: ManifestRow, found: ClipFacts | AudioFault) -> Iterable[Issue]:
    name = row["file_name"]
    if isinstance(found, AudioFault):
        yield Issue("audio", name, f"{found.reason}: {found.detail}")
        return
    measured = {
        "duration_s": found.duration_s,
        "sample_rate": found.sample_rate,
        "channels": found.channels,
        "bitrate_kbps": found.bitrate_kbps,
    }
    for column, value in measured.items():
        if not _agrees(row.get(column, ""), value):
            yield Issue("audio", name, f"{column} is {value}, not {row.get(column)}")


def _agrees(written: str, measured: float) -> bool:
    try:
        return abs(float(written) - measured) <= LENGTH_TOLERANCE_SECONDS
    except ValueError:
        return False


def check_files(dataset: DatasetFiles) -> Iterator[Issue]:
    """Every file besides the clips exists and is unchanged since the lock was written."""
    stated = dataset.lock.get("files")
    locked = stated if isinstance(stated, Mapping) else {}
    metadata = {f"{split}/metadata.csv" for split in dataset.splits}
    for name in sorted({*LOCKED_FILES, *metadata, *map(str, locked)}):
        if not (dataset.out / name).is_file():
            yield Issue("checksums", name, "is missing")
        elif name not in locked:
            yield Issue("checksums", LOCK, f"has no SHA-256 of {name}")
        elif sha256_of(dataset.out / name) != locked[name]:
            what = "has a different SHA-256 than in the lock"
            yield Issue("checksums", name, what)


def check_lock(dataset: DatasetFiles) -> Iterator[Issue]:
    """The lock matches its recipe digest and lists the clips of the manifest."""
    if _digest(dataset.lock.get("recipe")) != dataset.lock.get("recipe_digest"):
        yield Issue("lock", LOCK, "recipe_digest does not match its recipe")
    yield from _clips(dataset)


def _digest(recipe: object) -> str:
    text = json.dumps(recipe, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _clips(dataset: DatasetFiles) -> Iterator[Issue]:
    entries = dataset.lock.get("clips")
    clips = entries if isinstance(entries, list) else []
    locked = {str(clip.get("id")): clip for clip in clips if isinstance(clip, Mapping)}
    listed = {row.get("id", ""): row for row in dataset.rows}
    for track in sorted(locked.keys() ^ listed.keys()):
        where = "the manifest" if track in listed else "the lock"
        yield Issue("lock", LOCK, f"{track} is only in {where}")
    for track in sorted(locked.keys() & listed.keys()):
        yield from _clip(track, locked[track], listed[track])


def _clip(
    track: str, locked: Mapping[str, object], listed: ManifestRow
) -> Iterator[Issue]:
    if any(locked.get(name) != listed.get(name) for name in ("source", "sha256")):
        yield Issue("lock", LOCK, f"{track} has a different source or SHA-256")
    for name in ("isrc", "release_date"):
        if name in locked and locked[name] != listed.get(name):
            what = f"{name} of {track} differs from the manifest"
            yield Issue("lock", LOCK, what)
