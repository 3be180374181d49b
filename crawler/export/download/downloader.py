"""Downloader: artists side by side, one artist's candidates in sequence, until all is known.

The choice says what is wanted; what comes back is remembered; then the choice is
made again. So it is the same whatever the threads, and wherever a run was cut off.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

from crawler.console.progress import Progress
from crawler.errors import StoppedError
from crawler.export.download.candidates import (
    ArtistCandidates,
    Candidate,
    ClipSelection,
    DownloadResult,
    MissingClips,
    is_pending,
    select_clips,
)
from crawler.export.download.clips import ClipFetcher
from crawler.export.download.resume import ClipIndex


class Downloader:
    """One run over all artists.

    Args:
        artists: Who was chosen, with their candidates.
        outcomes: What is known from earlier runs.
        present: Which clips lie in the folder.
        stop: Set by the person.
    """

    def __init__(
        self,
        artists: Sequence[ArtistCandidates],
        outcomes: Mapping[str, DownloadResult],
        present: ClipIndex,
        fetcher: ClipFetcher,
        *,
        tracks_per_artist: int,
        threads: int,
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self._artists = {artist.id: artist for artist in artists}
        self._outcomes = dict(outcomes)
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
    def outcomes(self) -> Mapping[str, DownloadResult]:
        """All that is known by now."""
        return self._outcomes

    def run(self) -> ClipSelection | None:
        """The final choice, all its clips being there; None when the person stopped it.

        Raises:
            SourceError: The service does not let us go on.
            OSError: A clip cannot be written.
        """
        while (choice := self.choice()).wanted:
            self._target = self.fetched + sum(w.clips for w in choice.wanted.values())
            self._fetch_all(choice.wanted)
            if self._stop.is_set():
                return None
        return choice

    def choice(self) -> ClipSelection:
        """What is chosen by now; a clip whose file is gone or altered is wanted again."""
        while True:
            choice = select_clips(
                tuple(self._artists.values()),
                self._outcomes,
                tracks_per_artist=self._each,
            )
            ids = [kept.candidate.id for kept in choice.kept]
            gone = [id_ for id_ in ids if not self._present.path(self._outcomes[id_])]
            if not gone:
                return choice
            for track in gone:
                self._outcomes[track] = replace(self._outcomes[track], clip=None)

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

        Only a hint from one artist's side: what the choice wants by name, knowing its
        ISRC, is no copy.
        """
        isrcs = self._isrcs(candidate)
        if isrcs and candidate.id == wanted.first:
            self._fetch(candidate, frozenset())
        elif not isrcs & taken:
            self._fetch(candidate, frozenset(taken))

    def _fetch(self, candidate: Candidate, taken: frozenset[str]) -> None:
        try:
            outcome = self._fetcher.fetch(candidate, taken)
        except StoppedError:
            return
        except BaseException:
            self._broken.set()
            raise
        with self._lock:
            self._remember(outcome)

    def _remember(self, outcome: DownloadResult) -> None:
        self._outcomes[outcome.track] = outcome
        self.tried += 1
        if outcome.clip is not None:
            self.fetched += 1
            self._present.add(outcome)
        self._progress.update(
            f"{self.fetched} of {self._target} clips fetched, {self.tried} tracks tried"
        )

    def _over(self) -> bool:
        return self._stop.is_set() or self._broken.is_set()

    def _isrcs(self, candidate: Candidate) -> set[str]:
        """Its ISRC, if it is known."""
        known = self._outcomes.get(candidate.id)
        isrc = candidate.isrc or (known.isrc if known else None)
        return {isrc} if isrc else set()

    def _is_open(self, candidate: Candidate) -> bool:
        return is_pending(self._outcomes.get(candidate.id))

    def _is_good(self, candidate: Candidate) -> bool:
        known = self._outcomes.get(candidate.id)
        return known is not None and known.fault is None and known.clip is not None
