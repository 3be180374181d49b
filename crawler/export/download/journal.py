"""What an export remembers while it runs, so that a killed one goes on.

The journal holds one line per outcome, written before the clip gets its final name;
the fetch log holds one line per attempt, with times, for people.
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
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crawler.export.download.audio import AudioFault, clip_from_json, clip_to_json
from crawler.export.download.candidates import DownloadResult

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
