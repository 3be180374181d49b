"""What went wrong, as a sentence, a hint and an exit status."""

import errno
from dataclasses import dataclass

from crawler.cli.exit_status import Status
from crawler.errors import (
    CrawlError,
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
from graph.errors import BadQueryError, GraphError, StoreUnreachableError
from queries.analysis.errors import AnalysisError

# The first that fits; what fits none has failed.
_STATUSES: tuple[tuple[type[Exception], Status], ...] = (
    (RecipeError, Status.USAGE),
    (SettingsError, Status.USAGE),
    (SeedError, Status.USAGE),
    (CrawlMismatchError, Status.USAGE),
    (FigureError, Status.USAGE),
    (TermsNotAcceptedError, Status.USAGE),
    (BadQueryError, Status.USAGE),
    (AnalysisError, Status.USAGE),
    (StoreUnreachableError, Status.UNREACHABLE),
    (TransientError, Status.UNREACHABLE),
    (ThrottledError, Status.COME_BACK_LATER),
    (QuotaExhaustedError, Status.COME_BACK_LATER),
    (StoppedError, Status.INTERRUPTED),
)

_HINTS = {
    errno.ENOSPC: "Make room, then run the same command again: it goes on.",
    errno.EDQUOT: "Make room, then run the same command again: it goes on.",
    errno.EACCES: "Name a place that you may read and write.",
    errno.EPERM: "Name a place that you may read and write.",
    errno.EROFS: "Name a place that can be written.",
    errno.ENOENT: "Check the name.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One error in words for people."""

    status: Status
    sentence: str
    hint: str = ""


def failure_of(error: Exception) -> Failure | None:
    """The words and the status for an error; None for one that nobody foresaw."""
    if isinstance(error, GraphError | CrawlError | AnalysisError):
        return Failure(_status(error), str(error), error.hint)
    if isinstance(error, OSError) and error.errno is not None:
        return _of_system(error)
    return None


def _status(error: Exception) -> Status:
    fitting = (status for kind, status in _STATUSES if isinstance(error, kind))
    return next(fitting, Status.FAILED)


def _of_system(error: OSError) -> Failure:
    what = (error.strerror or str(error)).lower()
    where = "" if error.filename is None else f": {error.filename}"
    hint = _HINTS.get(error.errno or 0, "")
    return Failure(Status.FAILED, what + where, hint)
