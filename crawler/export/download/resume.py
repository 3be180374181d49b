"""What an export remembers, so that an interrupted one resumes and a finished one repeats.

`Journal` holds one line per result, written before the clip gets its final name, and
`read_previous_run` reads the lock of a finished folder. `ClipIndex` finds the clips that
are present and unaltered. `FetchLog` holds one line per attempt, with times, for people.
"""

import csv
import errno
import io
import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crawler.export.download.audio import (
    TOO_SHORT,
    AudioFault,
    clip_from_json,
    clip_to_json,
)
from crawler.export.download.candidates import DownloadResult
from crawler.export.download.folder import LOCK, DatasetFolder, sha256_of, stem

LOG_COLUMNS = ("time", "id", "attempt", "status", "reason", "seconds", "bytes")


def result_to_json(result: DownloadResult) -> dict[str, object]:
    """Convert a result to plain values; absent ones are left out."""
    values: dict[str, object] = {"id": result.track}
    if result.isrc:
        values["isrc"] = result.isrc
    if result.release_date:
        values["release_date"] = result.release_date
    if result.fault:
        values["reason"] = result.fault.reason
        values["detail"] = result.fault.detail
    if result.transient:
        values["transient"] = True
    if result.clip:
        values |= clip_to_json(result.clip)
    return values


def result_from_json(values: Mapping[str, object]) -> DownloadResult:
    """Convert the values of `result_to_json` back to a result."""
    reason = values.get("reason")
    return DownloadResult(
        track=str(values["id"]),
        isrc=_stated(values, "isrc"),
        fault=AudioFault(str(reason), str(values.get("detail", "")))
        if reason
        else None,
        clip=clip_from_json(values) if "sha256" in values else None,
        transient=bool(values.get("transient")),
        release_date=_stated(values, "release_date"),
    )


def _stated(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name)
    return str(value) if value else None


class _AppendedFile:
    """A file that only grows, by whole lines, each handed to the system at once."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file: BinaryIO = path.open("a+b", buffering=0)
        self._cut_torn_line()

    def _cut_torn_line(self) -> None:
        """Cut off half a line that a killed process may have left."""
        self._file.seek(0)
        whole = self._file.read()
        self._file.truncate(whole.rfind(b"\n") + 1)

    def append(self, line: str) -> None:
        encoded = line.encode()
        with self._lock:
            written = self._file.write(encoded)
        # A disk that becomes full accepts half a line without an error.
        if written < len(encoded):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def text(self) -> str:
        self._file.seek(0)
        return self._file.read().decode()

    def close(self) -> None:
        self._file.close()


class Journal:
    """The results of an unfinished export."""

    def __init__(self, path: Path) -> None:
        self._file = _AppendedFile(path)

    def results(self) -> dict[str, DownloadResult]:
        """Return the last result of each track; a line torn by a full disk is skipped."""
        found: dict[str, DownloadResult] = {}
        for line in self._file.text().splitlines():
            with suppress(ValueError, KeyError):
                result = result_from_json(json.loads(line))
                found[result.track] = result
        return found

    def write(self, result: DownloadResult) -> None:
        """Append a result at once."""
        text = json.dumps(result_to_json(result), ensure_ascii=False)
        self._file.append(text + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a clip, for the fetch log."""

    time: datetime
    track: str
    status: int | None
    reason: str
    seconds: float
    bytes: int


class FetchLog:
    """fetch-log.csv: every attempt over the life of a data set folder."""

    def __init__(self, path: Path) -> None:
        self._file = _AppendedFile(path)
        text = self._file.text()
        self._attempts = Counter(
            row["id"] for row in csv.DictReader(io.StringIO(text)) if row.get("id")
        )
        if not text:
            self._file.append(csv_line(LOG_COLUMNS))

    def write(self, attempt: Attempt) -> None:
        """Append an attempt at once."""
        self._attempts[attempt.track] += 1
        self._file.append(
            csv_line(
                (
                    attempt.time.isoformat(timespec="milliseconds"),
                    attempt.track,
                    self._attempts[attempt.track],
                    attempt.status or "",
                    attempt.reason,
                    f"{attempt.seconds:.3f}",
                    attempt.bytes,
                )
            )
        )

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def csv_line(values: Iterable[object]) -> str:
    """Format one line of CSV, ended by LF."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """Results of earlier runs, and the `min_seconds` that they were evaluated with."""

    results: Mapping[str, DownloadResult]
    min_seconds: tuple[float, ...]


def read_previous_run(out: Path) -> PreviousRun:
    """Read the results in the lock of a finished data set; none without a lock."""
    path = out / LOCK
    if not path.exists():
        return PreviousRun({}, ())
    lock = json.loads(path.read_text(encoding="utf-8"))
    entries = (*lock["clips"], *lock["left_out"])
    results = {o.track: o for o in map(result_from_json, entries)}
    return PreviousRun(results, (float(lock["recipe"]["export"]["min_seconds"]),))


def without_retryable(
    results: Mapping[str, DownloadResult], retry_failed: frozenset[str] | None
) -> dict[str, DownloadResult]:
    """Leave out the results whose tracks are tried again.

    Transient faults (no answer, a server error) are always tried again; other faults
    only if `retry_failed` holds their reason or is empty, which means all of them.
    """
    return {
        track: result
        for track, result in results.items()
        if not _is_retried(result, retry_failed)
    }


def _is_retried(result: DownloadResult, retry_failed: frozenset[str] | None) -> bool:
    if result.fault is None:
        return False
    requested = retry_failed is not None and (
        not retry_failed or result.fault.reason in retry_failed
    )
    return result.transient or requested


def re_evaluated(
    results: Mapping[str, DownloadResult],
    *,
    min_seconds: float,
    before: Iterable[float],
) -> dict[str, DownloadResult]:
    """Re-evaluate results that earlier runs evaluated with other values of `min_seconds`.

    Where a limit was lowered, tracks that were too short are left out: they are fetched
    again.
    """
    loosened = any(seconds > min_seconds for seconds in before)
    return {
        track: _by_length(result, min_seconds)
        for track, result in results.items()
        if not (loosened and result.fault and result.fault.reason == TOO_SHORT)
    }


def _by_length(result: DownloadResult, min_seconds: float) -> DownloadResult:
    clip = result.clip
    if clip is None or clip.duration_s >= min_seconds:
        return result
    fault = AudioFault(TOO_SHORT, f"{clip.duration_s:.1f} s")
    return replace(result, fault=fault, clip=None)


class ClipIndex:
    """The clips in the folder that are still as they were when they were accepted."""

    def __init__(self, folder: DatasetFolder) -> None:
        self._folder = folder
        self._found = folder.clips()
        self._good: dict[str, tuple[str, Path]] = {}

    def path(self, result: DownloadResult) -> Path | None:
        """Return the path of a track's unaltered clip, or None."""
        if result.clip is None:
            return None
        sha256, path = self._good.get(result.track, ("", Path()))
        if sha256 == result.clip.sha256:
            return path
        for found in self._found.get(stem(result.track), ()):
            if found.exists() and sha256_of(found) == result.clip.sha256:
                self._good[result.track] = (result.clip.sha256, found)
                return found
        return None

    def add(self, result: DownloadResult) -> None:
        """Add a clip that was just fetched."""
        if result.clip is not None:
            path = self._folder.staged(result.track)
            self._good[result.track] = (result.clip.sha256, path)

    def others(self, tracks: Iterable[str], kept: Iterable[Path]) -> list[Path]:
        """Return the clips of `tracks` in the folder that are not among `kept`."""
        keep, stems = set(kept), {stem(track) for track in tracks}
        found = self._folder.clips()
        return [
            p for s in sorted(stems & found.keys()) for p in found[s] if p not in keep
        ]
