"""An HTTP client whose clock, stop signal and addresses are given by a test."""

import random
import threading

from crawler.clock import Clock
from crawler.http.client import HttpClient, new_session
from crawler.http.rate_limiter import RateLimiter, RateLimiterFactory
from crawler.http.send_lease import SendLease
from crawler.http.service import HttpService
from crawler.http.transport import Timeouts
from tests.support.fakes import FakeClock, RecordingProgress
from tests.support.servers.faulty_source import FaultySource, answer

OK = answer({"ok": True})


USUAL = Timeouts()


def make_client(
    server: FaultySource | str,
    clock: Clock | None = None,
    *,
    requests: int = 0,
    seconds: float = 1,
    progress: RecordingProgress | None = None,
    stop: threading.Event | None = None,
    max_wait_seconds: float = 900,
    contact: str | None = "me@example.invalid",
    timeouts: Timeouts = USUAL,
    rate_limiter: RateLimiterFactory = RateLimiter,
    lease: SendLease | None = None,
) -> HttpClient:
    url = server if isinstance(server, str) else server.url
    return HttpClient(
        new_session(),
        [HttpService("deezer", url, requests, seconds), HttpService("cdn", url, 0, 1)],
        clock or FakeClock(),
        progress or RecordingProgress(),
        max_wait_seconds=max_wait_seconds,
        contact=contact,
        stop=stop or threading.Event(),
        rng=random.Random(1),
        timeouts=timeouts,
        lease=lease,
        rate_limiter=rate_limiter,
    )
