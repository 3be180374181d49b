"""`export` and `verify`: write a data set, and check it against its own manifest."""

import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from crawler.cli.exit_status import Status
from crawler.cli.options import (
    CommonOptions,
    RecipeArgument,
    common_options,
)
from crawler.cli.session import Session, open_session, open_workplace, stop_on_interrupt
from crawler.cli.wiring import make_http_client
from crawler.console.output import emit
from crawler.console.progress import Progress
from crawler.errors import QuotaExhaustedError, ThrottledError
from crawler.export.dataset import ExportReport, export_dataset
from crawler.export.download.audio import AudioResponse
from crawler.export.download.decoder_pool import DecoderPool
from crawler.export.download.downloader import REASONS
from crawler.export.verify import Verification, verify_dataset
from crawler.http.client import HttpClient
from crawler.http.cooldown import wait_out, with_end_of_pause
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.sources.registry import make_source, service_entry
from crawler.text import nearest

app = typer.Typer()

# Ten times Deezer's 480 kB: whatever is larger is not a preview.
LARGEST_CLIP_BYTES = 5_000_000
EVERY_REASON = "all"

OutArgument = Annotated[
    Path, typer.Argument(metavar="OUT", help="The data set's folder.")
]


class PreviewClient:
    """Fetches the previews of a source for the export: an `AudioClient` over HTTP."""

    def __init__(self, client: HttpClient, source: str) -> None:
        self._client = client
        self._service = service_entry(source).preview_service.name

    def fetch(self, url: str) -> AudioResponse:
        """See `AudioClient.fetch`."""
        got = self._client.get_bytes(
            url, service=self._service, limit_bytes=LARGEST_CLIP_BYTES
        )
        return AudioResponse(got.status, got.content_type, got.body)


class RetryingCommand(TyperCommand):
    """Lets `--retry-failed` stand without a value, which then means every reason."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give the bare option the value that means every reason."""
        bare = "--retry-failed"
        named = [f"{bare}={EVERY_REASON}" if arg == bare else arg for arg in args]
        return super().parse_args(ctx, named)


@app.command(cls=RetryingCommand)
@common_options("store", "format", "quiet")
def export(
    recipe: RecipeArgument,
    out: OutArgument,
    *,
    retry_failed: Annotated[
        str | None,
        typer.Option(
            "--retry-failed",
            metavar="[=WHY,...]",
            help="Retry failed tracks: all, or those that failed for these reasons.",
        ),
    ] = None,
    threads: Annotated[
        int,
        typer.Option(
            "--threads", min=1, max=64, help="Artists to fetch at the same time."
        ),
    ] = 8,
    options: CommonOptions,
) -> None:
    """Download the chosen clips as a data set, checked, de-duplicated and split.

    Ctrl-C finishes the clips on the way. Run the same command again to continue or to
    fetch what is missing: no clip is fetched twice. Re-running on a finished data set
    deletes clips that are no longer chosen and may move others to another split or
    folder; the counts are printed first.

    Example:  genregraph export recipe.toml dataset
    """
    reasons = reasons_in(retry_failed)
    rules = read_recipe(recipe)
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        report = export_recipe(
            session, rules, out, retry_failed=reasons, threads=threads
        )
        for line in describe_export(report):
            session.progress.say(line)
    emit(
        ("class", "split", "clips", "artists", "groups"),
        split_rows(report),
        options.format,
    )
    if not report.finished:
        raise typer.Exit(Status.INTERRUPTED)


@app.command()
@common_options("format", "quiet")
def verify(
    out: OutArgument,
    *,
    options: CommonOptions,
) -> None:
    """Check a data set against its own manifest.

    Reads only. Checks files, checksums, sound, splits, metadata and lock, and prints
    one row per problem; ends with status 1 if there is any.

    Example:  genregraph verify dataset
    """
    with open_workplace(quiet=options.quiet) as workplace:
        found = check_dataset(out, workplace.progress)
    rows = [(f.check, f.file, f.description) for f in found.issues]
    emit(("check", "file", "wrong"), rows, options.format)
    if not found.good:
        raise typer.Exit(Status.FAILED)


def check_dataset(out: Path, progress: Progress) -> Verification:
    """Verify a data set with one process per core, and print the verdict."""
    workers = os.cpu_count() or 1
    with DecoderPool(workers) as checker:
        found = verify_dataset(out, checker, progress, threads=workers)
    progress.say(_verdict(out, found))
    return found


def export_recipe(
    session: Session,
    recipe: Recipe,
    out: Path,
    *,
    retry_failed: frozenset[str] | None = None,
    threads: int = 8,
) -> ExportReport:
    """Export with the services and the store of a session; one Ctrl-C stops it."""
    with stop_on_interrupt(session.progress) as stop:
        client = make_http_client(
            session.settings,
            clock=session.clock,
            progress=session.progress,
            stop=stop,
            max_wait_minutes=recipe.crawl.max_wait_minutes,
        )
        with _respecting_pauses(session, recipe, stop):
            return export_dataset(
                session.store,
                recipe,
                make_source(recipe.sources.previews, client),
                PreviewClient(client, recipe.sources.previews),
                out,
                clock=session.clock,
                progress=session.progress,
                stop=stop,
                threads=threads,
                retry_failed=retry_failed,
            )


@contextmanager
def _respecting_pauses(
    session: Session, recipe: Recipe, stop: threading.Event
) -> Iterator[None]:
    """Wait out a pause stored by an earlier run, and store one for the next run."""
    wait_out(
        session.store,
        session.clock,
        session.progress,
        stop,
        max_wait_minutes=recipe.crawl.max_wait_minutes,
        services=[
            service.name for service in service_entry(recipe.sources.previews).http
        ],
    )
    try:
        yield
    except (QuotaExhaustedError, ThrottledError) as error:
        if later := with_end_of_pause(error, session.clock.now()):
            left = (later.until - session.clock.now()).total_seconds()
            session.store.pause(later.service, left)
        raise


def reasons_in(text: str | None) -> frozenset[str] | None:
    """The reasons given to `--retry-failed`; an empty set means every reason.

    Raises:
        typer.BadParameter: One of them is not a reason.
    """
    if text is None:
        return None
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    for name in sorted(names - {EVERY_REASON}):
        if name not in REASONS and not re.fullmatch(r"http-\d{3}", name):
            known = (*REASONS, "http-403", "http-404")
            raise typer.BadParameter(
                f'"{name}" is not a reason for a failure; {nearest(name, known)}',
                param_hint="--retry-failed",
            )
    return frozenset() if EVERY_REASON in names else names


def describe_export(report: ExportReport) -> Iterable[str]:
    """What an export did, one sentence per line."""
    if not report.finished:
        yield f"stopped after {report.fetched} clips; the same command continues"
        return
    if report.dropped:
        reasons = (f"{n} {reason}" for reason, n in sorted(report.dropped.items()))
        yield f"left out (see failed.csv): {', '.join(reasons)}"
    yield (
        f"{report.out}: {report.clips} clips, {report.fetched} of them fetched now; "
        f"leaks between the splits: {sum(report.leaks.values())}"
    )


def split_rows(report: ExportReport) -> list[tuple[object, ...]]:
    """The split table as rows."""
    return [(r.label, r.split, r.clips, r.artists, r.groups) for r in report.table]


def _verdict(out: Path, found: Verification) -> str:
    checks = ", ".join(found.checks)
    if found.good:
        return f"{out}: {found.clips} clips, nothing wrong ({checks})"
    number = len(found.issues)
    wrong = "1 thing" if number == 1 else f"{number} things"
    return f"{out}: {found.clips} clips, {wrong} wrong"
