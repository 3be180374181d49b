"""What a crawl is handed."""

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
    """What a crawl is handed: store, sources, clock, progress, and how to stop it.

    Attributes:
        stop: Set by Ctrl-C, and by the crawl when it ends by itself, so that no thread
            waits for a permit any more.
        pauses: Until when services are not asked because they said so.
        crawler: Who crawls.
        send_lease: What keeps requests back when the lease may be over; None where no
            other process can crawl into the store.
        alone: No other process can: the lease is taken at once.
        stands_by: Whether to wait for another crawler that is active.
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
