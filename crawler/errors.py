"""What can go wrong outside the graph.

CrawlError
├── RecipeError             a recipe that cannot be used: file, line, key, and the nearest right one
├── SettingsError           an address, pace or credential that cannot be used
├── SeedError               a seed that no source knows
├── TermsNotAcceptedError   a service whose terms the recipe does not accept
├── NotInGraphError         an id that the graph does not hold
├── SelectionError          nothing selected, or a selection older than the graph or the recipe
├── DatasetError            a data set folder that cannot be written or does not verify
├── FigureError            a picture or page that cannot be drawn or written there
├── CrawlMismatchError      the store holds another crawl than the recipe's
├── AnomalyError              a source suddenly answers "none" to everything
├── StoppedError            the person pressed Ctrl-C while a request was waiting its turn
└── SourceError             a service did not answer a question
    ├── UnsupportedError        these credentials, or this service, cannot answer it
    ├── ThrottledError          too many requests: after `retry_after` seconds again
    ├── QuotaExhaustedError     no more until `until`
    ├── BadCredentialsError     the service does not know us
    ├── TransientError          no connection, a time-out, a 5xx; retries are spent
    └── BadAnswerError          not what the API promises; never stored as "none"
"""

from datetime import datetime


class CrawlError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        hint: What the person at the keyboard can do next, as a sentence.
    """

    hint = ""

    def __init__(self, what: str, *, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return self.what


class RecipeError(CrawlError):
    """A recipe that cannot be used."""


class SettingsError(CrawlError):
    """A setting that cannot be used."""


class SeedError(CrawlError):
    """A seed that no source knows."""

    hint = 'Correct the name, or write the id instead, such as "deezer:27".'


class TermsNotAcceptedError(CrawlError):
    """The recipe does not accept the terms of a service that gives audio."""


class NotInGraphError(CrawlError):
    """An id that the graph does not hold."""


class SelectionError(CrawlError):
    """No selection, or one older than the graph or the recipe."""

    hint = "Run `genregraph select RECIPE` first."


class DatasetError(CrawlError):
    """A data set folder that cannot be written, or that does not verify."""


class FigureError(CrawlError):
    """A picture or page that cannot be drawn, or not be written at that place."""


class CrawlMismatchError(CrawlError):
    """The store holds another crawl than the recipe's."""


class AnomalyError(CrawlError):
    """A source that used to know something suddenly answers "none" to everything."""


class StoppedError(CrawlError):
    """A request was given up before it was sent, because the run is being stopped."""


class SourceError(CrawlError):
    """A service did not answer a question.

    Attributes:
        service: Its name, such as "deezer".
    """

    def __init__(self, service: str, what: str, *, hint: str | None = None) -> None:
        super().__init__(f"{service}: {what}", hint=hint)
        self.service = service


class UnsupportedError(SourceError):
    """The service cannot answer this, at least not for these credentials."""


class ThrottledError(SourceError):
    """The service asks to wait; it may be asked again after `retry_after` seconds."""

    def __init__(self, service: str, what: str, *, retry_after: float) -> None:
        super().__init__(service, what)
        self.retry_after = retry_after


class QuotaExhaustedError(SourceError):
    """The service gives no more before `until`: longer than the crawl may wait."""

    hint = "Run the same command again after that time; it goes on where it stopped."

    def __init__(self, service: str, what: str, *, until: datetime) -> None:
        super().__init__(service, what)
        self.until = until


class BadCredentialsError(SourceError):
    """The service refuses our credentials."""


class TransientError(SourceError):
    """No connection, a time-out or a server error; what could be retried was."""

    hint = "Run the same command again later; it goes on where it stopped."


class BadAnswerError(SourceError):
    """An answer that is not what the API promises."""
