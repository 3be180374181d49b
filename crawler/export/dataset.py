"""`export`: from what was selected to a finished data set folder."""

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
    require_candidates,
)
from crawler.recipe.model import Recipe
from crawler.sources.base import Source
from graph.store import Store

UNFINISHED = (
    "note: the crawl is not finished: the data set holds what it has found so far; "
    "`genregraph crawl RECIPE` goes on"
)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did.

    Attributes:
        finished: False when the person stopped it; the same command goes on.
        clips: In the data set now; 0 while it is not finished.
        tried: Tracks that this run asked for; `fetched`: the good clips among them.
        dropped: Tracks of the data set that were tried and left out, by reason.
        table: The split table.
        leaks: Artists, MBIDs, recordings, albums and groups on two sides.
        moved: Clips of an earlier run whose place changed.
        removed: Clips of an earlier run that are not chosen any more.
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
    """How an export reaches the world, and how it is stopped.

    Attributes:
        threads: Artists that are fetched side by side.
        checker: Judges the clips; by default processes of its own, one a core.
        room: Tells how many bytes are free at a path.
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
    """Fetch what is missing of a data set and write all its files.

    Cut off anywhere, the same call goes on; no clip is fetched twice. Run again on a
    finished folder it fetches only what is missing and removes what is not chosen
    any more; how much, it says before. The files are equal, byte for byte, however often it was cut off, save
    for `fetch-log.csv`.

    `retry_failed` holds the reasons whose tracks are tried again; empty: all of them.
    The context are described in `ExportContext`.

    Raises:
        SelectionError: Nothing is selected, or it is older than the graph or recipe.
        TermsNotAcceptedError: The recipe does not accept the terms of `previews`, or of
            a source whose terms cover what it said of artists and tracks.
        DatasetError: `out` cannot be written, is not ours, or nothing can be exported.
        SourceError: The service does not let us go on; what was fetched is kept.
        StoppedError: `stop` was set while the graph was read.
    """
    context = ExportContext(
        previews, audio, clock, progress, stop, threads, checker, room
    )
    refuse_foreign(out, recipe.name)
    progress.update("reading the graph")
    provenance = read_provenance(store, recipe, previews, stop)
    chosen = require_candidates(store, recipe)
    raise_if_stopped(stop)
    if not provenance.crawl_finished:
        progress.say(UNFINISHED)
    return _Export(provenance, chosen, context).into(out, retry_failed)


@dataclass(frozen=True, slots=True)
class _Export:
    provenance: Provenance
    chosen: CandidateSet
    context: ExportContext

    def into(self, out: Path, retry_failed: frozenset[str] | None) -> ExportReport:
        with said_plainly(out):
            known = read_previous_run(out)
        name, missing = self.provenance.recipe.name, self._missing(known.results)
        with (
            open_folder(out, name, clips=missing, room=self.context.room) as folder,
            said_plainly(out),
        ):
            return self._run(folder, known, retry_failed)

    def _missing(self, known: Mapping[str, DownloadResult]) -> int:
        """How many clips may have to be fetched, at most."""
        each = self.provenance.recipe.export.tracks_per_artist
        return sum(
            min(each, sum(c.id not in known for c in artist.candidates))
            for artist in self.chosen.artists
        )

    def _run(
        self,
        folder: DatasetFolder,
        known: PreviousRun,
        retry_failed: frozenset[str] | None,
    ) -> ExportReport:
        present = ClipIndex(folder)
        with self._fetching(folder, present, known, retry_failed) as fetching:
            selection = fetching.run()
        if selection is None:
            tried, fetched = fetching.tried, fetching.fetched
            return ExportReport(
                folder.out, finished=False, tried=tried, fetched=fetched
            )
        self.context.progress.update("writing the data set")
        results = {**known.results, **fetching.results}
        done = finalize(
            folder,
            self.provenance,
            self.chosen,
            selection,
            results=results,
            present=present,
            progress=self.context.progress,
        )
        return _report(folder.out, fetching, selection, done)

    @contextmanager
    def _fetching(
        self,
        folder: DatasetFolder,
        present: ClipIndex,
        known: PreviousRun,
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
                {**known.results, **journal.results()},
                min_seconds=rules.min_seconds,
                before=(*known.min_seconds, *folder.judge_with(rules.min_seconds)),
            )
            yield Downloader(
                self.chosen.artists,
                without_retryable(results, retry_failed),
                present,
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
    out: Path, fetching: Downloader, selection: ClipSelection, done: FinalizedDataset
) -> ExportReport:
    return ExportReport(
        out,
        finished=True,
        tried=fetching.tried,
        fetched=fetching.fetched,
        clips=len(selection.accepted),
        dropped=Counter(left.fault.reason for left in selection.rejected),
        table=done.table,
        leaks=done.leaks,
        moved=done.moved,
        removed=done.removed,
    )
