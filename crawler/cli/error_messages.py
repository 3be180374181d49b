"""Turns an exception into a sentence, a hint and an exit status: the only place that does."""

import errno
from dataclasses import dataclass

import typer

from crawler.cli.exit_status import Status
from crawler.errors import (
    ActiveCrawlerError,
    CrawlMismatchError,
    FigureError,
    QuotaExhaustedError,
    RecipeError,
    SeedError,
    SettingsError,
    StoppedError,
    TermsNotAcceptedError,
    ThrottledError,
    TransientError,
)
from graph.errors import (
    BadQueryError,
    HintedError,
    LeaseLostError,
    StoreUnreachableError,
)
from graph.files import MAKE_ROOM, is_disk_full, reason_of
from queries.errors import AnalysisError

# Every other error that we raise on purpose ends with FAILED.
_STATUS_OF: tuple[tuple[type[HintedError], Status], ...] = (
    (RecipeError, Status.USAGE),
    (SettingsError, Status.USAGE),
    (SeedError, Status.USAGE),
    (CrawlMismatchError, Status.USAGE),
    (FigureError, Status.USAGE),
    (TermsNotAcceptedError, Status.USAGE),
    (BadQueryError, Status.USAGE),
    (AnalysisError, Status.USAGE),
    (StoreUnreachableError, Status.UNREACHABLE),
    (ActiveCrawlerError, Status.UNREACHABLE),
    (LeaseLostError, Status.UNREACHABLE),
    (TransientError, Status.UNREACHABLE),
    (ThrottledError, Status.COME_BACK_LATER),
    (QuotaExhaustedError, Status.COME_BACK_LATER),
    (StoppedError, Status.INTERRUPTED),
)

_NOT_ALLOWED = "Name a place that you may read and write."
_HINT_OF_ERRNO = {
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: "Name a place that can be written to.",
    errno.ENOENT: "Check the name.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What the program prints about an error, and the status that it ends with."""

    status: int
    sentence: str
    hint: str = ""


def describe(error: BaseException, program: str) -> Failure | None:
    """Describe an error to the user; None for an unexpected one, which keeps its traceback.

    Args:
        error: What ended the command.
        program: The program's name, for hints that show how to call it.
    """
    match error:
        case KeyboardInterrupt():
            return Failure(Status.INTERRUPTED, "interrupted")
        case typer.Abort():
            return Failure(Status.FAILED, "aborted")
        case typer.TyperException():
            return _describe_usage(error, program)
        case HintedError():
            return Failure(_status_of(error), str(error), error.hint)
        case OSError() if error.errno is not None:
            return _describe_os_error(error)
    return None


def _status_of(error: HintedError) -> Status:
    matches = (status for kind, status in _STATUS_OF if isinstance(error, kind))
    return next(matches, Status.FAILED)


def _describe_usage(error: typer.TyperException, program: str) -> Failure:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else program
    # Typer prefixes its message about a wrong choice with the validator's own words.
    message = error.format_message().replace("Value error, ", "").strip().rstrip(".")
    sentence = message[:1].lower() + message[1:]
    is_extra = "unexpected extra argument" in sentence
    quotes = "Put a name of several words in quotes. " if is_extra else ""
    return Failure(error.exit_code, sentence, f"{quotes}See `{path} --help`.")


def _describe_os_error(error: OSError) -> Failure:
    place = "" if error.filename is None else f": {error.filename}"
    hint = (
        MAKE_ROOM if is_disk_full(error) else _HINT_OF_ERRNO.get(error.errno or 0, "")
    )
    return Failure(Status.FAILED, reason_of(error) + place, hint)
