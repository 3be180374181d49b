"""Downloader: artists side by side, one artist's candidates in sequence, until all is known.

The selection says what is wanted; what comes back is remembered; then the selection is
made again. So it is the same whatever the threads, and wherever a run was cut off.
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
_LATER_BETTER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


@dataclass(slots=True)
class _Trace:
    """What the log will say of an attempt."""

    status: int | None = None
    bytes: int = 0


class ConsecutiveFailures:
    """Counts attempts in a row that found nobody; after many it ends the run."""

    MOST = 16

    def __init__(self) -> None:
        self._in_a_row = 0

    def count(self, error: TransientError) -> None:
        """One more.

        Raises:
            TransientError: There were `MOST` in a row.
        """
        self._in_a_row += 1
        if self._in_a_row >= self.MOST:
            raise error

    def forget(self) -> None:
        """Somebody answered."""
        self._in_a_row = 0


@dataclass(frozen=True, slots=True)
class ClipFetcher:
    """Fetches clips, from any thread, and writes down what became of each."""

    previews: Source
    audio: AudioClient
    checker: Checker
    folder: DatasetFolder
    journal: Journal
    log: FetchLog
    clock: Clock
    min_seconds: float
    lost: ConsecutiveFailures = field(default_factory=ConsecutiveFailures)

    def fetch(self, candidate: Candidate, taken: frozenset[str]) -> DownloadResult:
        """What became of a candidate; an ISRC in `taken` is not fetched again.

        Raises:
            SourceError: The service does not let us go on; nothing is written down.
            StoppedError: The run is being stopped.
        """
        trace, since = _Trace(), self.clock.monotonic()
        try:
            result = self._ask(candidate, taken, trace)
        except TransientError as error:
            self.lost.count(error)
            result = _failed(candidate, "unreachable", "no answer", transient=True)
        except BadAnswerError:
            result = _failed(
                candidate, "bad-answer", "not what the API promises", transient=True
            )
        else:
            self.lost.forget()
        self._keep(result)
        seconds = self.clock.monotonic() - since
        self.log.write(_attempt(result, self.clock, seconds, trace))
        return result

    def _ask(
        self, candidate: Candidate, taken: frozenset[str], trace: _Trace
    ) -> DownloadResult:
        preview = self._mint(candidate)
        if preview is None:
            return _failed(candidate, "not-found", "the service does not know it")
        stated = preview.track
        known = DownloadResult(
            candidate.id, isrc=stated.isrc, release_date=stated.release_date
        )
        if (candidate.isrc or known.isrc) in taken:
            return known
        if preview.url is None:
            return replace(
                known, fault=AudioFault("no-preview", "the service offers none")
            )
        reply = self._download(candidate, preview.url)
        trace.status, trace.bytes = reply.status, len(reply.body)
        return self._judge(known, reply)

    def _mint(self, candidate: Candidate) -> Preview | None:
        answer = self.previews.preview(TrackId(candidate.id))
        return None if isinstance(answer, NotFound) else answer.value

    def _download(self, candidate: Candidate, url: str) -> AudioResponse:
        reply = self.audio.fetch(url)
        if reply.status != HTTPStatus.FORBIDDEN:
            return reply
        # The link died while it waited its turn: one more, fetched at once.
        again = self._mint(candidate)
        return self.audio.fetch(again.url) if again and again.url else reply

    def _judge(self, known: DownloadResult, reply: AudioResponse) -> DownloadResult:
        if reply.status != HTTPStatus.OK:
            return _refused(known, reply.status)
        fault = sniff(reply.content_type, reply.body)
        if fault is not None:
            return replace(known, fault=fault)
        found = self._check(self.folder.part(known.track), reply.body)
        if isinstance(found, AudioFault):
            return replace(known, fault=found)
        return replace(known, clip=found)

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

    def _keep(self, result: DownloadResult) -> None:
        # The journal first: a clip under its final name that no line tells of would
        # be fetched again, a line whose clip is still a part finds it.
        self.journal.write(result)
        if result.clip is not None:
            part = self.folder.part(result.track)
            part.replace(self.folder.waiting(result.track))


def _failed(
    candidate: Candidate, reason: str, detail: str, *, transient: bool = False
) -> DownloadResult:
    return DownloadResult(
        candidate.id, fault=AudioFault(reason, detail), transient=transient
    )


def _refused(known: DownloadResult, status: int) -> DownloadResult:
    later = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER_BETTER
    detail = f"the link was answered with status {status}"
    return replace(known, fault=AudioFault(f"http-{status}", detail), transient=later)


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
        artists: Who was chosen, with their candidates.
        results: What is known from earlier runs.
        present: Which clips lie in the folder.
        stop: Set by the person.
    """

    def __init__(
        self,
        artists: Sequence[ArtistCandidates],
        results: Mapping[str, DownloadResult],
        present: ClipIndex,
        fetcher: ClipFetcher,
        *,
        tracks_per_artist: int,
        threads: int,
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self._artists = {artist.id: artist for artist in artists}
        self._results = dict(results)
        self._present = present
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
        """All that is known by now."""
        return self._results

    def run(self) -> ClipSelection | None:
        """The final selection, all its clips being there; None when the person stopped it.

        Raises:
            SourceError: The service does not let us go on.
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
        """What is chosen by now; a clip whose file is gone or altered is wanted again."""
        while True:
            selection = select_clips(
                tuple(self._artists.values()),
                self._results,
                tracks_per_artist=self._each,
            )
            ids = [kept.candidate.id for kept in selection.accepted]
            gone = [id_ for id_ in ids if not self._present.path(self._results[id_])]
            if not gone:
                return selection
            for track in gone:
                self._results[track] = replace(self._results[track], clip=None)

    def _fetch_all(self, wanted: Mapping[str, MissingClips]) -> None:
        """Fetch what is wanted; after an error what is on the way still ends."""
        with ThreadPoolExecutor(self._threads, "clip") as pool:
            jobs = [
                pool.submit(self._fetch_artist, self._artists[artist], lack)
                for artist, lack in wanted.items()
            ]
            for job in as_completed(jobs):
                if job.exception() is not None:
                    self._broken.set()
        for job in jobs:
            job.result()

    def _fetch_artist(self, artist: ArtistCandidates, wanted: MissingClips) -> None:
        """Go on from the first wanted candidate until the artist has enough clips."""
        lacking, taken = wanted.clips, set[str]()
        before = True
        for candidate in artist.candidates:
            before = before and candidate.id != wanted.first
            if not before and self._is_open(candidate):
                if self._over():
                    return
                self._fetch_unless_taken(candidate, wanted, taken)
            if self._is_good(candidate):
                lacking -= not before
                taken |= self._isrcs(candidate)
            if lacking == 0:
                return

    def _fetch_unless_taken(
        self, candidate: Candidate, wanted: MissingClips, taken: set[str]
    ) -> None:
        """Fetch a candidate, but not a second time what the artist has a clip of.

        Only a hint from one artist's side: what the selection wants by name, knowing its
        ISRC, is no copy.
        """
        isrcs = self._isrcs(candidate)
        if isrcs and candidate.id == wanted.first:
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
            self._remember(result)

    def _remember(self, result: DownloadResult) -> None:
        self._results[result.track] = result
        self.tried += 1
        if result.clip is not None:
            self.fetched += 1
            self._present.add(result)
        self._progress.update(
            f"{self.fetched} of {self._target} clips fetched, {self.tried} tracks tried"
        )

    def _over(self) -> bool:
        return self._stop.is_set() or self._broken.is_set()

    def _isrcs(self, candidate: Candidate) -> set[str]:
        """Its ISRC, if it is known."""
        known = self._results.get(candidate.id)
        isrc = candidate.isrc or (known.isrc if known else None)
        return {isrc} if isrc else set()

    def _is_open(self, candidate: Candidate) -> bool:
        return is_pending(self._results.get(candidate.id))

    def _is_good(self, candidate: Candidate) -> bool:
        known = self._results.get(candidate.id)
        return known is not None and known.fault is None and known.clip is not None
