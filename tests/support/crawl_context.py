"""An HTTP client onto a local server, for the tests of adapters."""

import random
import threading

from crawler.clock import Clock
from crawler.http.client import Account, HttpClient, new_session
from crawler.sources.registry import SERVICES, service_settings
from tests.support.fakes import FakeClock, RecordingProgress


def door_to(
    url: str,
    clock: Clock | None = None,
    *,
    limits: bool = False,
    account: Account = Account(),  # noqa: B008 - a frozen value
    **addresses: str,
) -> HttpClient:
    """All services at one address (or as named), at no pace unless `limits`."""
    names = {name: addresses.get(name, url) for name in SERVICES}
    return HttpClient(
        new_session(),
        service_settings(
            names, {} if limits else dict.fromkeys(names, (0, 1.0)), account
        ),
        clock or FakeClock(),
        RecordingProgress(),
        max_wait_seconds=900,
        contact="tests@example.invalid",
        stop=threading.Event(),
        rng=random.Random(1),
    )
