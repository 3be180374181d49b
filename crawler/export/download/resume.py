"""What earlier runs left in a folder: what became of each track, and which clips lie there."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.export.download.audio import TOO_SHORT, AudioFault
from crawler.export.download.candidates import DownloadResult
from crawler.export.download.folder import LOCK, DatasetFolder, sha256_of, stem
from crawler.export.download.journal import outcome_from_json


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
