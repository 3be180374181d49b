"""The collaborators of a crawl, so that tests and commands can pass in their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.clock import Clock, StopSignal
from crawler.console.progress import Progress
from crawler.http.cooldown import StoredPauses
from crawler.http.send_lease import SendLease
from crawler.sources.roles import SourceRoles
from graph.model.lease import Crawler
from graph.store import CrawlStore


def _none() -> Mapping[str, datetime]:
    return {}


@dataclass(frozen=True, slots=True)
class CrawlContext:
    """The collaborators of a crawl: store, sources, clock, progress, and how to stop it.

    Attributes:
        stop: Set by Ctrl-C, and by the crawl itself when it ends, to release threads
            that are waiting for a permit.
        pauses: Returns until when services asked us to send nothing.
        crawler: This crawler, as the lease records it.
        send_lease: Blocks requests when the lease may have expired; None where no other
            process can crawl into the store.
        alone: Whether no other process can crawl into the store, so that the lease is
            taken at once.
        stands_by: Whether to wait while another crawler is active.
    """

    store: CrawlStore
    roles: SourceRoles
    clock: Clock
    progress: Progress
    stop: StopSignal
    threads: int = 8
    pauses: StoredPauses = _none
    crawler: Crawler = Crawler("only")  # noqa: RUF009 - a frozen value
    send_lease: SendLease | None = None
    alone: bool = True
    stands_by: bool = True
