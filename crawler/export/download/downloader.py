"""Download clips: artists in parallel, each artist's candidates in sequence.

The selection names the missing clips, their results are recorded, and the selection is
made again until nothing is missing. So it depends neither on the number of threads nor
on where a run was interrupted.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import BadAnswerError, StoppedError, TransientError
from crawler.export.download.audio import (
    AudioClient,
    AudioFault,
    AudioResponse,
    ClipFacts,
    sniff,
)
from crawler.export.download.candidates import (
    ArtistCandidates,
    Candidate,
    ClipSelection,
    DownloadResult,
    MissingClips,
    is_pending,
    select_clips,
)
from crawler.export.download.decoder_pool import Checker
from crawler.export.download.folder import DatasetFolder
from crawler.export.download.resume import Attempt, ClipIndex, FetchLog, Journal
from crawler.sources.base import NotFound, Preview, Source
from graph.model.music import TrackId

REASONS = (
    "no-preview",
    "not-found",
    "not-audio",
    "does-not-decode",
    "too-short",
    "silent",
    "clipped",
    "unreachable",
    "bad-answer",
)
_TRANSIENT_STATUSES = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


@dataclass(slots=True)
class _Trace:
    """HTTP details of an attempt, for the log."""

    status: int | None = None
    bytes: int = 0


class ConsecutiveFailures:
    """Counts consecutive attempts without an answer; ends the run after `LIMIT`."""

    LIMIT = 16

    def __init__(self) -> None:
        self._count = 0

    def record(self, error: TransientError) -> None:
        """Count one more failure.

        Raises:
            TransientError: The number of consecutive failures reached `LIMIT`.
        """
        self._count += 1
        if self._count >= self.LIMIT:
            raise error

    def reset(self) -> None:
        """Start again from 0: the service answered."""
        self._count = 0


@dataclass(frozen=True, slots=True)
class ClipFetcher:
    """Fetches clips, from any thread, and records the result of each."""

    previews: Source
    audio: AudioClient
    checker: Checker
    folder: DatasetFolder
    journal: Journal
    log: FetchLog
    clock: Clock
    min_seconds: float
    failures: ConsecutiveFailures = field(default_factory=ConsecutiveFailures)

    def fetch(self, candidate: Candidate, taken: frozenset[str]) -> DownloadResult:
        """Fetch a candidate unless its ISRC is in `taken`, and return the result.

        Raises:
            SourceError: The service ended the run; no result is recorded.
            StoppedError: The run is being stopped.
        """
        trace, since = _Trace(), self.clock.monotonic()
        try:
            result = self._request(candidate, taken, trace)
        except TransientError as error:
            self.failures.record(error)
            result = _failed(candidate, "unreachable", "no answer", transient=True)
        except BadAnswerError:
            result = _failed(
                candidate, "bad-answer", "not what the API promises", transient=True
            )
        else:
            self.failures.reset()
        self._record(result)
        seconds = self.clock.monotonic() - since
        self.log.write(_attempt(result, self.clock, seconds, trace))
        return result

    def _request(
        self, candidate: Candidate, taken: frozenset[str], trace: _Trace
    ) -> DownloadResult:
        preview = self._mint(candidate)
        if preview is None:
            return _failed(candidate, "not-found", "the service does not have it")
        stated = DownloadResult(
            candidate.id,
            isrc=preview.track.isrc,
            release_date=preview.track.release_date,
        )
        if (candidate.isrc or stated.isrc) in taken:
            return stated
        if preview.url is None:
            return replace(
                stated, fault=AudioFault("no-preview", "the service offers none")
            )
        reply = self._download(candidate, preview.url)
        trace.status, trace.bytes = reply.status, len(reply.body)
        return self._evaluate(stated, reply)

    def _mint(self, candidate: Candidate) -> Preview | None:
        answer = self.previews.preview(TrackId(candidate.id))
        return None if isinstance(answer, NotFound) else answer.value

    def _download(self, candidate: Candidate, url: str) -> AudioResponse:
        reply = self.audio.fetch(url)
        if reply.status != HTTPStatus.FORBIDDEN:
            return reply
        # The link expired while it waited for a permit: request another, use it at once.
        again = self._mint(candidate)
        return self.audio.fetch(again.url) if again and again.url else reply

    def _evaluate(self, stated: DownloadResult, reply: AudioResponse) -> DownloadResult:
        if reply.status != HTTPStatus.OK:
            return _refused(stated, reply.status)
        fault = sniff(reply.content_type, reply.body)
        if fault is not None:
            return replace(stated, fault=fault)
        found = self._check(self.folder.part(stated.track), reply.body)
        if isinstance(found, AudioFault):
            return replace(stated, fault=found)
        return replace(stated, clip=found)

    def _check(self, part: Path, body: bytes) -> ClipFacts | AudioFault:
        try:
            part.write_bytes(body)
            found = self.checker.check(part, min_seconds=self.min_seconds)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        if isinstance(found, AudioFault):
            part.unlink()
        return found

    def _record(self, result: DownloadResult) -> None:
        # The journal first: a clip under its final name without a line would be fetched
        # again, whereas a line whose clip is still a .part file finds it.
        self.journal.write(result)
        if result.clip is not None:
            part = self.folder.part(result.track)
            part.replace(self.folder.staged(result.track))


def _failed(
    candidate: Candidate, reason: str, detail: str, *, transient: bool = False
) -> DownloadResult:
    return DownloadResult(
        candidate.id, fault=AudioFault(reason, detail), transient=transient
    )


def _refused(stated: DownloadResult, status: int) -> DownloadResult:
    later = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRANSIENT_STATUSES
    detail = f"the link was answered with status {status}"
    return replace(stated, fault=AudioFault(f"http-{status}", detail), transient=later)


def _attempt(
    result: DownloadResult, clock: Clock, seconds: float, trace: _Trace
) -> Attempt:
    reason = "ok" if result.clip else "duplicate-isrc"
    return Attempt(
        time=clock.now(),
        track=result.track,
        status=trace.status,
        reason=result.fault.reason if result.fault else reason,
        seconds=seconds,
        bytes=trace.bytes,
    )


class Downloader:
    """One run over all artists.

    Args:
        artists: The chosen artists with their candidates.
        results: Results of earlier runs.
        index: The clips in the folder.
        stop: Set when the user stops the run.
    """

    def __init__(
        self,
        artists: Sequence[ArtistCandidates],
        results: Mapping[str, DownloadResult],
        index: ClipIndex,
        fetcher: ClipFetcher,
        *,
        tracks_per_artist: int,
        threads: int,
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self._artists = {artist.id: artist for artist in artists}
        self._results = dict(results)
        self._index = index
        self._fetcher = fetcher
        self._each = tracks_per_artist
        self._threads = threads
        self._progress = progress
        self._stop = stop
        self._broken = threading.Event()
        self._lock = threading.Lock()
        self._target = 0
        self.tried = 0
        self.fetched = 0

    @property
    def results(self) -> Mapping[str, DownloadResult]:
        """All results so far."""
        return self._results

    def run(self) -> ClipSelection | None:
        """Download until nothing is missing; return the selection, or None if stopped.

        Raises:
            SourceError: The service ended the run.
            OSError: A clip cannot be written.
        """
        while (selection := self.selection()).missing:
            self._target = self.fetched + sum(
                w.clips for w in selection.missing.values()
            )
            self._fetch_all(selection.missing)
            if self._stop.is_set():
                return None
        return selection

    def selection(self) -> ClipSelection:
        """The current selection; a clip whose file is gone or altered is missing again."""
        while True:
            selection = select_clips(
                tuple(self._artists.values()),
                self._results,
                tracks_per_artist=self._each,
            )
            ids = [clip.candidate.id for clip in selection.accepted]
            gone = [id_ for id_ in ids if not self._index.path(self._results[id_])]
            if not gone:
                return selection
            for track in gone:
                self._results[track] = replace(self._results[track], clip=None)

    def _fetch_all(self, missing: Mapping[str, MissingClips]) -> None:
        """Fetch missing clips; after an error, requests in flight are still completed."""
        with ThreadPoolExecutor(self._threads, "clip") as pool:
            jobs = [
                pool.submit(self._fetch_artist, self._artists[artist], of_artist)
                for artist, of_artist in missing.items()
            ]
            for job in as_completed(jobs):
                if job.exception() is not None:
                    self._broken.set()
        for job in jobs:
            job.result()

    def _fetch_artist(self, artist: ArtistCandidates, missing: MissingClips) -> None:
        """Fetch from the first missing candidate on until the artist has enough clips."""
        lacking, taken = missing.clips, set[str]()
        before = True
        for candidate in artist.candidates:
            before = before and candidate.id != missing.first
            if not before and self._is_open(candidate):
                if self._should_stop():
                    return
                self._fetch_unless_taken(candidate, missing, taken)
            if self._is_good(candidate):
                lacking -= not before
                taken |= self._isrcs(candidate)
            if lacking == 0:
                return

    def _fetch_unless_taken(
        self, candidate: Candidate, missing: MissingClips, taken: set[str]
    ) -> None:
        """Fetch a candidate unless the artist already has a clip of its recording.

        This is a shortcut from one artist's view: a candidate that the selection names
        although its ISRC is known is not a duplicate.
        """
        isrcs = self._isrcs(candidate)
        if isrcs and candidate.id == missing.first:
            self._fetch(candidate, frozenset())
        elif not isrcs & taken:
            self._fetch(candidate, frozenset(taken))

    def _fetch(self, candidate: Candidate, taken: frozenset[str]) -> None:
        try:
            result = self._fetcher.fetch(candidate, taken)
        except StoppedError:
            return
        except BaseException:
            self._broken.set()
            raise
        with self._lock:
            self._add(result)

    def _add(self, result: DownloadResult) -> None:
        self._results[result.track] = result
        self.tried += 1
        if result.clip is not None:
            self.fetched += 1
            self._index.add(result)
        self._progress.update(
            f"{self.fetched} of {self._target} clips fetched, {self.tried} tracks tried"
        )

    def _should_stop(self) -> bool:
        return self._stop.is_set() or self._broken.is_set()

    def _isrcs(self, candidate: Candidate) -> set[str]:
        """Its ISRC, if known."""
        known = self._results.get(candidate.id)
        isrc = candidate.isrc or (known.isrc if known else None)
        return {isrc} if isrc else set()

    def _is_open(self, candidate: Candidate) -> bool:
        return is_pending(self._results.get(candidate.id))

    def _is_good(self, candidate: Candidate) -> bool:
        known = self._results.get(candidate.id)
        return known is not None and known.fault is None and known.clip is not None
