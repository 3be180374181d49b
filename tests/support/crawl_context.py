"""An HTTP client for a local server, for the tests of adapters."""

import random
import threading
from collections.abc import Mapping

from crawler.clock import Clock
from crawler.http.client import HttpClient, new_session
from crawler.http.service import configure
from crawler.sources.registry import http_services
from tests.support.fakes import FakeClock, RecordingProgress


def door_to(
    url: str,
    clock: Clock | None = None,
    *,
    limits: bool = False,
    accounts: Mapping[str, Mapping[str, str]] | None = None,
    **addresses: str,
) -> HttpClient:
    """All services at one address (or as named), without rate limits unless `limits`."""
    names = {name: addresses.get(name, url) for name in http_services()}
    return HttpClient(
        new_session(),
        configure(
            http_services().values(),
            names,
            {} if limits else dict.fromkeys(names, (0, 1.0)),
            accounts,
        ),
        clock or FakeClock(),
        RecordingProgress(),
        max_wait_seconds=900,
        contact="tests@example.invalid",
        stop=threading.Event(),
        rng=random.Random(1),
    )
