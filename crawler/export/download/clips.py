"""One clip: mint its link, fetch it, check it, put it where the export finds it."""

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path

from crawler.clock import Clock
from crawler.errors import BadAnswerError, TransientError
from crawler.export.download.audio import (
    AudioClient,
    AudioFault,
    AudioResponse,
    ClipFacts,
    sniff,
)
from crawler.export.download.candidates import Candidate, DownloadResult
from crawler.export.download.decoder_pool import Checker
from crawler.export.download.folder import DatasetFolder
from crawler.export.download.journal import Attempt, FetchLog, Journal
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
            outcome = self._ask(candidate, taken, trace)
        except TransientError as error:
            self.lost.count(error)
            outcome = _failed(candidate, "unreachable", "no answer", transient=True)
        except BadAnswerError:
            outcome = _failed(
                candidate, "bad-answer", "not what the API promises", transient=True
            )
        else:
            self.lost.forget()
        self._keep(outcome)
        seconds = self.clock.monotonic() - since
        self.log.write(_attempt(outcome, self.clock, seconds, trace))
        return outcome

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

    def _keep(self, outcome: DownloadResult) -> None:
        # The journal first: a clip under its final name that no line tells of would
        # be fetched again, a line whose clip is still a part finds it.
        self.journal.write(outcome)
        if outcome.clip is not None:
            part = self.folder.part(outcome.track)
            part.replace(self.folder.waiting(outcome.track))


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
    outcome: DownloadResult, clock: Clock, seconds: float, trace: _Trace
) -> Attempt:
    reason = "ok" if outcome.clip else "duplicate-isrc"
    return Attempt(
        time=clock.now(),
        track=outcome.track,
        status=trace.status,
        reason=outcome.fault.reason if outcome.fault else reason,
        seconds=seconds,
        bytes=trace.bytes,
    )
