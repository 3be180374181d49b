"""What earlier runs left in a folder: what became of each track, and which clips lie there."""

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
    """An result as plain values; what it does not have is left out."""
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
    """What `result_to_json` gave, as an result again."""
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
    """A file that only grows, by whole lines, each of them on its way to the disk."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file: BinaryIO = path.open("a+b", buffering=0)
        self._cut_torn_line()

    def _cut_torn_line(self) -> None:
        """A killed process may have left half a line; what follows must not hang on to it."""
        self._file.seek(0)
        whole = self._file.read()
        self._file.truncate(whole.rfind(b"\n") + 1)

    def append(self, line: str) -> None:
        encoded = line.encode()
        with self._lock:
            written = self._file.write(encoded)
        # A disk that runs full takes half a line without a word.
        if written < len(encoded):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def text(self) -> str:
        self._file.seek(0)
        return self._file.read().decode()

    def close(self) -> None:
        self._file.close()


class Journal:
    """The results of an export that is not finished."""

    def __init__(self, path: Path) -> None:
        self._file = _AppendedFile(path)

    def results(self) -> dict[str, DownloadResult]:
        """The last result of each track; a line that a full disk tore is none."""
        found: dict[str, DownloadResult] = {}
        for line in self._file.text().splitlines():
            with suppress(ValueError, KeyError):
                result = result_from_json(json.loads(line))
                found[result.track] = result
        return found

    def write(self, result: DownloadResult) -> None:
        """Remember an result, at once."""
        text = json.dumps(result_to_json(result), ensure_ascii=False)
        self._file.append(text + "\n")

    def close(self) -> None:
        """No more is written."""
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
        """Log an attempt, at once."""
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
        """No more is written."""
        self._file.close()


def csv_line(values: Iterable[object]) -> str:
    """One line of CSV, ended by LF."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """What became of tracks in earlier runs, and with which `min_seconds` they were judged."""

    results: Mapping[str, DownloadResult]
    min_seconds: tuple[float, ...]


def read_previous_run(out: Path) -> PreviousRun:
    """What the lock of a finished data set tells; nothing without one."""
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
    """The results without those that are tried again.

    Faults that may be gone by now (no answer, a server error) always are; the
    others only when `retry_failed` holds their reason, or is empty: all of them.
    """
    return {
        track: result
        for track, result in results.items()
        if not _again(result, retry_failed)
    }


def _again(result: DownloadResult, retry_failed: frozenset[str] | None) -> bool:
    if result.fault is None:
        return False
    wished = retry_failed is not None and (
        not retry_failed or result.fault.reason in retry_failed
    )
    return result.transient or wished


def re_evaluated(
    results: Mapping[str, DownloadResult],
    *,
    min_seconds: float,
    before: Iterable[float],
) -> dict[str, DownloadResult]:
    """The results under another `min_seconds` than those they were judged with before."""
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
    """Which clips lie in the folder, as they were when they were good."""

    def __init__(self, folder: DatasetFolder) -> None:
        self._folder = folder
        self._found = folder.clips()
        self._good: dict[str, tuple[str, Path]] = {}

    def path(self, result: DownloadResult) -> Path | None:
        """Where a track's clip lies, unaltered; None if it does not."""
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
        """A clip was fetched just now."""
        if result.clip is not None:
            path = self._folder.waiting(result.track)
            self._good[result.track] = (result.clip.sha256, path)

    def others(self, tracks: Iterable[str], kept: Iterable[Path]) -> list[Path]:
        """All files in the folder that are clips of `tracks` and not among `kept`."""
        keep, stems = set(kept), {stem(track) for track in tracks}
        found = self._folder.clips()
        return [
            p for s in sorted(stems & found.keys()) for p in found[s] if p not in keep
        ]
