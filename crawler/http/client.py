"""The one client to the web: pace, pauses, retries, time-outs, proxies and User-Agent."""

import random
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import TypeAlias, TypeVar

import requests

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import SettingsError
from crawler.http.connection import PermitAdapter
from crawler.http.rate_limiter import RateLimiter, RateLimiterFactory
from crawler.http.responses import (
    ErrorDetector,
    FileResponse,
    JsonResponse,
    read_download,
    read_json,
    read_nothing,
    read_text,
    refusal,
)
from crawler.http.retry import GiveUp, RequestFailure, asked_pause, next_step
from crawler.http.send_lease import SendLease
from crawler.http.service import Service
from crawler.http.throttle import ServiceQueue, Throttle, Traffic
from crawler.http.transport import Params, RawResponse, Request, Timeouts, Transport

T = TypeVar("T")

# The largest reply known is MusicBrainz' 100 artists with tags, under 1 MB.
JSON_LIMIT_BYTES = 20_000_000
POOL_SIZE = 64


Reading: TypeAlias = Callable[[str, RawResponse], T | RequestFailure]


def new_session() -> requests.Session:
    """A session fit for many threads: its pool holds them all, and it retries nothing."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, PermitAdapter(POOL_SIZE, POOL_SIZE, max_retries=0))
    return session


def user_agent(contact: str | None) -> str:
    """What we call ourselves, in the form MusicBrainz asks for.

    >>> user_agent("me@example.org").endswith("( me@example.org )")
    True
    """
    plain = "".join(c for c in contact or "" if c.isascii() and c.isprintable())
    return f"genregraph/{version('genregraph')} ( {plain.strip() or 'no contact set'} )"


class HttpClient:
    """Sends requests for all threads; each service has one rate limiter and one pause.

    Every method raises `StoppedError` when `stop` is set before the request could be
    sent, `QuotaExhaustedError` at once when a service asks for a longer wait than
    `max_wait_seconds`, and else what `crawler.http.retry` makes of the last try.
    """

    def __init__(
        self,
        session: requests.Session,
        services: Iterable[Service],
        clock: Clock,
        progress: Progress,
        *,
        max_wait_seconds: float,
        contact: str | None,
        stop: threading.Event,
        rng: random.Random,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - a frozen value
        lease: SendLease | None = None,
        rate_limiter: RateLimiterFactory = RateLimiter,
    ) -> None:
        self._services = {service.name: service for service in services}
        self._throttle = Throttle(clock, progress, max_wait_seconds, stop, lease)
        self._queues = {
            s.name: ServiceQueue(s.name, rate_limiter(s.requests, s.seconds, clock))
            for s in self._services.values()
        }
        self._exchange = Transport(session, clock, user_agent(contact), timeouts)
        self._clock = clock
        self._rng = rng

    def service(self, name: str) -> Service:
        """The settings of a service."""
        if name not in self._services:
            raise SettingsError(f'no address is set for the service "{name}"')
        return self._services[name]

    def traffic(self) -> Mapping[str, Traffic]:
        """Requests sent and retries among them, per service, so far."""
        return {name: queue.traffic() for name, queue in self._queues.items()}

    def pause(self, service: str, seconds: float) -> None:
        """Nobody asks the service for so long: a pause known from an earlier run."""
        self._queues[service].limiter.pause(seconds)

    def pauses(self) -> Mapping[str, datetime]:
        """Until when services are not asked because they said so."""
        now = self._clock.now()
        left = {
            name: queue.limiter.paused_for() for name, queue in self._queues.items()
        }
        return {n: now + timedelta(seconds=s) for n, s in left.items() if s > 0}

    def get_json(
        self,
        service: str,
        path: str,
        params: Params = (),
        judge: ErrorDetector | None = None,
    ) -> JsonResponse:
        """Ask a service and read its answer as JSON.

        Args:
            service: Its name.
            path: Below its address, with a leading slash.
            params: The query.
            judge: Sees each JSON reply, whatever its status, and says whether it is an
                error in disguise (Deezer's come with HTTP 200).

        Returns:
            A reply with status 200 or 404; other statuses are errors.
        """

        def read(name: str, raw: RawResponse) -> JsonResponse | RequestFailure:
            return read_json(name, raw, judge)

        return self._ask(service, Request(self._url(service, path), params), read)

    def get_text(self, service: str, path: str, params: Params = ()) -> str:
        """Ask a service for plain text. HTML is an error."""
        return self._ask(service, Request(self._url(service, path), params), read_text)

    def send(self, service: str, sending: Request) -> RawResponse:
        """Send what a client library made, at the pace of `service`.

        Returns:
            JSON with status 200, or any status below 500 but 429 with whatever body.
        """
        return self._ask(service, sending, read_nothing)

    def get_bytes(self, url: str, *, service: str, limit_bytes: int) -> FileResponse:
        """Fetch a file at the pace of `service`, wherever it lies.

        Returns:
            The file, or the status without a body for 403, 404 and 410 (a link that
            has died).
        """
        return self._ask(service, Request(url), read_download, limit_bytes)

    def _url(self, service: str, path: str) -> str:
        return self.service(service).base_url.rstrip("/") + path

    def _ask(
        self,
        service: str,
        sending: Request,
        read: Reading[T],
        limit_bytes: int = JSON_LIMIT_BYTES,
    ) -> T:
        self.service(service)
        queue, attempt = self._queues[service], 1
        while True:
            result = self._try(queue, sending, read, limit_bytes)
            if not isinstance(result, RequestFailure):
                return result
            self._wait_or_raise(queue, result, attempt)
            attempt += 1
            queue.retried()

    def _wait_or_raise(
        self, queue: ServiceQueue, outcome: RequestFailure, attempt: int
    ) -> None:
        decision = next_step(outcome, attempt, self._rng.random())
        if isinstance(decision, GiveUp):
            raise decision.error from outcome.cause
        self._throttle.report_retry(queue, outcome.what, decision)
        if decision.shared:
            queue.limiter.pause(decision.after)
        else:
            self._throttle.back_off(queue.name, decision.after)

    def _try(
        self, queue: ServiceQueue, sending: Request, read: Reading[T], limit_bytes: int
    ) -> T | RequestFailure:
        raw = self._exchange.get(
            queue.name, sending, limit_bytes, lambda: self._throttle.acquire(queue)
        )
        if isinstance(raw, RequestFailure):
            return raw
        pause = asked_pause(raw.status, raw.headers, self._clock.now())
        refused = refusal(queue.name, raw, pause)
        if pause is not None and refused is None:
            queue.limiter.pause(pause)
        return refused or read(queue.name, raw)
