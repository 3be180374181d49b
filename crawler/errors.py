"""The errors that this package raises on purpose.

HintedError (of `graph.errors`)
└── CrawlError
    ├── RecipeError             an unusable recipe: the message names file, line, key and nearest key
    ├── SettingsError           an unusable address, rate or credential
    ├── SeedError               a seed that no source has
    ├── TermsNotAcceptedError   the recipe does not accept the terms of a service
    ├── NotInGraphError         an id that the graph does not hold
    ├── SelectionError          no selection, or nothing to select from
    ├── DatasetError            a data set folder that cannot be written or fails its check
    ├── FigureError             a picture or page that cannot be drawn or written there
    ├── CrawlMismatchError      the store holds another crawl than the recipe's
    ├── ActiveCrawlerError      another crawler is active in the store
    ├── AnomalyError            a source that had answers suddenly answers "none" to everything
    ├── StoppedError            Ctrl-C was pressed while a request or a crawler was waiting
    └── SourceError             a service did not answer a request
        ├── UnsupportedError        this service, or these credentials, cannot answer it
        ├── ThrottledError          too many requests: try again after `retry_after` seconds
        ├── QuotaExhaustedError     no more answers before `until`
        ├── BadCredentialsError     the service refuses our credentials
        ├── TransientError          no connection, a time-out or a 5xx; the retries are spent
        └── BadAnswerError          not what the API promises; never stored as "none"
"""

from datetime import datetime

from graph.errors import HintedError


class CrawlError(HintedError):
    """Base of every error that this package raises on purpose."""


class RecipeError(CrawlError):
    """A recipe that cannot be used."""


class SettingsError(CrawlError):
    """A setting that cannot be used."""


class SeedError(CrawlError):
    """A seed that no source has."""

    hint = 'Correct the name, or write the id instead, such as "deezer:27".'


class TermsNotAcceptedError(CrawlError):
    """The recipe does not accept the terms of a service that provides audio."""


class NotInGraphError(CrawlError):
    """An id that the graph does not hold."""


class SelectionError(CrawlError):
    """There is no selection, or nothing to select from."""

    hint = "Run `genregraph select RECIPE` first."


class DatasetError(CrawlError):
    """A data set folder that cannot be written or that fails its check."""


class FigureError(CrawlError):
    """A picture or page that cannot be drawn, or cannot be written at that place."""


class CrawlMismatchError(CrawlError):
    """The store holds another crawl than the recipe's."""


class ActiveCrawlerError(CrawlError):
    """Another crawler is active in the store, and this one was not to stand by."""


class AnomalyError(CrawlError):
    """A source that had answers suddenly answers "none" to everything."""


class StoppedError(CrawlError):
    """A request or a wait was abandoned, because the run is being stopped."""


class SourceError(CrawlError):
    """A service did not answer a request.

    Attributes:
        service: Its name, such as "deezer".
    """

    def __init__(self, service: str, what: str, *, hint: str | None = None) -> None:
        super().__init__(f"{service}: {what}", hint=hint)
        self.service = service


class UnsupportedError(SourceError):
    """The service cannot answer this, at least not for these credentials."""


class ThrottledError(SourceError):
    """The service wants no request for `retry_after` seconds."""

    def __init__(self, service: str, what: str, *, retry_after: float) -> None:
        super().__init__(service, what)
        self.retry_after = retry_after


class QuotaExhaustedError(SourceError):
    """The service answers nothing before `until`: longer than the crawl may wait."""

    hint = "Run the same command again after that time; it continues where it stopped."

    def __init__(self, service: str, what: str, *, until: datetime) -> None:
        super().__init__(service, what)
        self.until = until


class BadCredentialsError(SourceError):
    """The service refuses our credentials."""


class TransientError(SourceError):
    """No connection, a time-out or a server error, and the retries are spent."""

    hint = "Run the same command again later; it continues where it stopped."


class BadAnswerError(SourceError):
    """An answer that is not what the API promises."""
