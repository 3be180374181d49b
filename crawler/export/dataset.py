"""`export`: turn the selection in the graph into a finished data set folder."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.export.download.audio import AudioClient
from crawler.export.download.candidates import (
    CandidateSet,
    ClipSelection,
    DownloadResult,
    read_candidates,
)
from crawler.export.download.decoder_pool import Checker, DecoderPool
from crawler.export.download.downloader import ClipFetcher, Downloader
from crawler.export.download.folder import (
    FETCH_LOG,
    DatasetFolder,
    free_bytes,
    open_folder,
    refuse_foreign,
    said_plainly,
)
from crawler.export.download.resume import (
    ClipIndex,
    FetchLog,
    Journal,
    PreviousRun,
    re_evaluated,
    read_previous_run,
    without_retryable,
)
from crawler.export.files.finalize import FinalizedDataset, finalize
from crawler.export.files.lock import Provenance
from crawler.export.files.splits import ClassSplit
from crawler.export.preconditions import (
    raise_if_stopped,
    read_provenance,
)
from crawler.recipe.model import Recipe
from crawler.sources.base import Source
from graph.store import Store

UNFINISHED = (
    "note: the crawl is not finished: the data set holds what it has found so far; "
    "`genregraph crawl RECIPE` continues it"
)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did.

    Attributes:
        finished: False if the user stopped it; the same command continues.
        clips: Clips in the data set; 0 while it is not finished.
        tried: Tracks that this run requested.
        fetched: Good clips among them.
        dropped: Number of rejected tracks, by reason.
        table: The split table.
        leaks: Number of artists, MBIDs, recordings, albums and groups in two splits.
        moved: Clips of an earlier run that changed their place.
        removed: Clips of an earlier run that are no longer chosen.
    """

    out: Path
    finished: bool
    tried: int
    fetched: int
    clips: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    table: tuple[ClassSplit, ...] = ()
    leaks: Mapping[str, int] = field(default_factory=dict)
    moved: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class ExportContext:
    """The services, clock and limits of an export, and the event that stops it.

    Attributes:
        threads: Artists to fetch in parallel.
        checker: Checks the clips; by default a pool with one process per core.
        room: Returns the number of free bytes at a path.
    """

    previews: Source
    audio: AudioClient
    clock: Clock
    progress: Progress
    stop: threading.Event
    threads: int = 8
    checker: Checker | None = None
    room: Callable[[Path], int] = free_bytes


def export_dataset(
    store: Store,
    recipe: Recipe,
    previews: Source,
    audio: AudioClient,
    out: Path,
    *,
    clock: Clock,
    progress: Progress,
    stop: threading.Event,
    threads: int = 8,
    retry_failed: frozenset[str] | None = None,
    checker: Checker | None = None,
    room: Callable[[Path], int] = free_bytes,
) -> ExportReport:
    """Fetch the missing clips of a data set and write all its files.

    After an interruption the same call continues; no clip is fetched twice. On a
    finished folder it fetches only missing clips and removes clips that are no longer
    chosen; it reports the counts first. Interruptions do not change a byte of the
    files, except in `fetch-log.csv`.

    `retry_failed` holds the reasons whose tracks are tried again; an empty set means
    all of them. `ExportContext` describes the other arguments.

    Raises:
        SelectionError: Nothing is selected, or it is older than the graph or recipe.
        TermsNotAcceptedError: The recipe does not accept the terms of `previews`, or of
            a source whose terms cover its metadata.
        DatasetError: `out` cannot be written, is not ours, or nothing can be exported.
        SourceError: A service ended the run; fetched clips are kept.
        StoppedError: `stop` was set while the graph was being read.
    """
    context = ExportContext(
        previews, audio, clock, progress, stop, threads, checker, room
    )
    refuse_foreign(out, recipe.name)
    progress.update("reading the graph")
    provenance = read_provenance(store, recipe, previews, stop)
    candidates = read_candidates(store, recipe)
    raise_if_stopped(stop)
    if not provenance.crawl_finished:
        progress.say(UNFINISHED)
    return _Export(provenance, candidates, context).into(out, retry_failed)


@dataclass(frozen=True, slots=True)
class _Export:
    provenance: Provenance
    candidates: CandidateSet
    context: ExportContext

    def into(self, out: Path, retry_failed: frozenset[str] | None) -> ExportReport:
        with said_plainly(out):
            previous = read_previous_run(out)
        name, missing = self.provenance.recipe.name, self._missing(previous.results)
        with (
            open_folder(out, name, clips=missing, room=self.context.room) as folder,
            said_plainly(out),
        ):
            return self._run(folder, previous, retry_failed)

    def _missing(self, previous: Mapping[str, DownloadResult]) -> int:
        """The largest number of clips that may have to be fetched."""
        each = self.provenance.recipe.export.tracks_per_artist
        return sum(
            min(each, sum(c.id not in previous for c in artist.candidates))
            for artist in self.candidates.artists
        )

    def _run(
        self,
        folder: DatasetFolder,
        previous: PreviousRun,
        retry_failed: frozenset[str] | None,
    ) -> ExportReport:
        index = ClipIndex(folder)
        with self._downloader(folder, index, previous, retry_failed) as downloader:
            selection = downloader.run()
        if selection is None:
            tried, fetched = downloader.tried, downloader.fetched
            return ExportReport(
                folder.out, finished=False, tried=tried, fetched=fetched
            )
        self.context.progress.update("writing the data set")
        results = {**previous.results, **downloader.results}
        finalized = finalize(
            folder,
            self.provenance,
            self.candidates,
            selection,
            results=results,
            index=index,
            progress=self.context.progress,
        )
        return _report(folder.out, downloader, selection, finalized)

    @contextmanager
    def _downloader(
        self,
        folder: DatasetFolder,
        index: ClipIndex,
        previous: PreviousRun,
        retry_failed: frozenset[str] | None,
    ) -> Iterator[Downloader]:
        rules = self.provenance.recipe.export
        with ExitStack() as stack:
            journal = stack.enter_context(
                closing(Journal(folder.work / "journal.jsonl"))
            )
            log = stack.enter_context(closing(FetchLog(folder.out / FETCH_LOG)))
            checker = stack.enter_context(self._checker())
            results = re_evaluated(
                {**previous.results, **journal.results()},
                min_seconds=rules.min_seconds,
                before=(
                    *previous.min_seconds,
                    *folder.record_min_seconds(rules.min_seconds),
                ),
            )
            yield Downloader(
                self.candidates.artists,
                without_retryable(results, retry_failed),
                index,
                ClipFetcher(
                    previews=self.context.previews,
                    audio=self.context.audio,
                    checker=checker,
                    folder=folder,
                    journal=journal,
                    log=log,
                    clock=self.context.clock,
                    min_seconds=rules.min_seconds,
                ),
                tracks_per_artist=rules.tracks_per_artist,
                threads=self.context.threads,
                progress=self.context.progress,
                stop=self.context.stop,
            )

    @contextmanager
    def _checker(self) -> Iterator[Checker]:
        if self.context.checker is not None:
            yield self.context.checker
        else:
            with DecoderPool(os.cpu_count() or 1) as processes:
                yield processes


def _report(
    out: Path,
    downloader: Downloader,
    selection: ClipSelection,
    finalized: FinalizedDataset,
) -> ExportReport:
    return ExportReport(
        out,
        finished=True,
        tried=downloader.tried,
        fetched=downloader.fetched,
        clips=len(selection.accepted),
        dropped=Counter(track.fault.reason for track in selection.rejected),
        table=finalized.table,
        leaks=finalized.leaks,
        moved=finalized.moved,
        removed=finalized.removed,
    )
