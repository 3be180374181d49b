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


def outcome_to_json(outcome: DownloadResult) -> dict[str, object]:
    """An outcome as plain values; what it does not have is left out."""
    values: dict[str, object] = {"id": outcome.track}
    if outcome.isrc:
        values["isrc"] = outcome.isrc
    if outcome.release_date:
        values["release_date"] = outcome.release_date
    if outcome.fault:
        values["reason"] = outcome.fault.reason
        values["detail"] = outcome.fault.detail
    if outcome.transient:
        values["transient"] = True
    if outcome.clip:
        values |= clip_to_json(outcome.clip)
    return values


def outcome_from_json(values: Mapping[str, object]) -> DownloadResult:
    """What `outcome_to_json` gave, as an outcome again."""
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
    """The outcomes of an export that is not finished."""

    def __init__(self, path: Path) -> None:
        self._file = _AppendedFile(path)

    def outcomes(self) -> dict[str, DownloadResult]:
        """The last outcome of each track; a line that a full disk tore is none."""
        found: dict[str, DownloadResult] = {}
        for line in self._file.text().splitlines():
            with suppress(ValueError, KeyError):
                outcome = outcome_from_json(json.loads(line))
                found[outcome.track] = outcome
        return found

    def write(self, outcome: DownloadResult) -> None:
        """Remember an outcome, at once."""
        text = json.dumps(outcome_to_json(outcome), ensure_ascii=False)
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

    outcomes: Mapping[str, DownloadResult]
    min_seconds: tuple[float, ...]


def read_previous_run(out: Path) -> PreviousRun:
    """What the lock of a finished data set tells; nothing without one."""
    path = out / LOCK
    if not path.exists():
        return PreviousRun({}, ())
    lock = json.loads(path.read_text(encoding="utf-8"))
    entries = (*lock["clips"], *lock["left_out"])
    outcomes = {o.track: o for o in map(outcome_from_json, entries)}
    return PreviousRun(outcomes, (float(lock["recipe"]["export"]["min_seconds"]),))


def without_retryable(
    outcomes: Mapping[str, DownloadResult], retry_failed: frozenset[str] | None
) -> dict[str, DownloadResult]:
    """The outcomes without those that are tried again.

    Faults that may be gone by now (no answer, a server error) always are; the
    others only when `retry_failed` holds their reason, or is empty: all of them.
    """
    return {
        track: outcome
        for track, outcome in outcomes.items()
        if not _again(outcome, retry_failed)
    }


def _again(outcome: DownloadResult, retry_failed: frozenset[str] | None) -> bool:
    if outcome.fault is None:
        return False
    wished = retry_failed is not None and (
        not retry_failed or outcome.fault.reason in retry_failed
    )
    return outcome.transient or wished


def re_evaluated(
    outcomes: Mapping[str, DownloadResult],
    *,
    min_seconds: float,
    before: Iterable[float],
) -> dict[str, DownloadResult]:
    """The outcomes under another `min_seconds` than those they were judged with before."""
    loosened = any(seconds > min_seconds for seconds in before)
    return {
        track: _by_length(outcome, min_seconds)
        for track, outcome in outcomes.items()
        if not (loosened and outcome.fault and outcome.fault.reason == TOO_SHORT)
    }


def _by_length(outcome: DownloadResult, min_seconds: float) -> DownloadResult:
    clip = outcome.clip
    if clip is None or clip.duration_s >= min_seconds:
        return outcome
    fault = AudioFault(TOO_SHORT, f"{clip.duration_s:.1f} s")
    return replace(outcome, fault=fault, clip=None)


class ClipIndex:
    """Which clips lie in the folder, as they were when they were good."""

    def __init__(self, folder: DatasetFolder) -> None:
        self._folder = folder
        self._found = folder.clips()
        self._good: dict[str, tuple[str, Path]] = {}

    def path(self, outcome: DownloadResult) -> Path | None:
        """Where a track's clip lies, unaltered; None if it does not."""
        if outcome.clip is None:
            return None
        sha256, path = self._good.get(outcome.track, ("", Path()))
        if sha256 == outcome.clip.sha256:
            return path
        for found in self._found.get(stem(outcome.track), ()):
            if found.exists() and sha256_of(found) == outcome.clip.sha256:
                self._good[outcome.track] = (outcome.clip.sha256, found)
                return found
        return None

    def add(self, outcome: DownloadResult) -> None:
        """A clip was fetched just now."""
        if outcome.clip is not None:
            path = self._folder.waiting(outcome.track)
            self._good[outcome.track] = (outcome.clip.sha256, path)

    def others(self, tracks: Iterable[str], kept: Iterable[Path]) -> list[Path]:
        """All files in the folder that are clips of `tracks` and not among `kept`."""
        keep, stems = set(kept), {stem(track) for track in tracks}
        found = self._folder.clips()
        return [
            p for s in sorted(stems & found.keys()) for p in found[s] if p not in keep
        ]
