"""The HTTP client of the program, with rate limits, pauses and retries for each service."""

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
    read_raw,
    read_text,
    refusal,
)
from crawler.http.retry import GiveUp, RequestFailure, next_step, requested_pause
from crawler.http.send_lease import SendLease
from crawler.http.service import HttpService
from crawler.http.throttle import RequestCounts, ServiceQueue, Throttle
from crawler.http.transport import Params, RawResponse, Request, Timeouts, Transport

T = TypeVar("T")

# The largest known reply, 100 artists with tags from MusicBrainz, is below 1 MB.
JSON_LIMIT_BYTES = 20_000_000
POOL_SIZE = 64


ResponseReader: TypeAlias = Callable[[str, RawResponse], T | RequestFailure]


def new_session() -> requests.Session:
    """Create a session for many threads: its pool is large enough, and it retries nothing."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, PermitAdapter(POOL_SIZE, POOL_SIZE, max_retries=0))
    return session


def user_agent(contact: str | None) -> str:
    """Return the User-Agent, in the form that MusicBrainz requires.

    >>> user_agent("me@example.org").endswith("( me@example.org )")
    True
    """
    plain = "".join(c for c in contact or "" if c.isascii() and c.isprintable())
    return f"genregraph/{version('genregraph')} ( {plain.strip() or 'no contact set'} )"


class HttpClient:
    """Sends requests for all threads; each service has one rate limiter and one pause.

    Every method raises `StoppedError` if `stop` is set before the request could be
    sent, `QuotaExhaustedError` at once if a service asks for a longer wait than
    `max_wait_seconds`, and otherwise the error that `crawler.http.retry` derives from the
    last attempt.
    """

    def __init__(
        self,
        session: requests.Session,
        services: Iterable[HttpService],
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
        self._transport = Transport(session, clock, user_agent(contact), timeouts)
        self._clock = clock
        self._rng = rng

    def service(self, name: str) -> HttpService:
        """The settings of a service."""
        if name not in self._services:
            raise SettingsError(f'no address is set for the service "{name}"')
        return self._services[name]

    def request_counts(self) -> Mapping[str, RequestCounts]:
        """Return the requests sent so far and the retries among them, per service."""
        return {name: queue.request_counts() for name, queue in self._queues.items()}

    def pause(self, service: str, seconds: float) -> None:
        """Send the service nothing for so long: a pause known from an earlier run."""
        self._queues[service].limiter.pause(seconds)

    def pauses(self) -> Mapping[str, datetime]:
        """Return until when services asked us to send nothing."""
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
        detect_error: ErrorDetector | None = None,
    ) -> JsonResponse:
        """Request JSON from a service.

        Args:
            service: Its name.
            path: Below its address, with a leading slash.
            params: The query.
            detect_error: Called with each JSON reply, unless its status is 429 or 5xx; returns the
                failure if the reply is an error in disguise (Deezer's have status 200).

        Returns:
            A reply with status 200 or 404; other statuses are errors.
        """

        def read(name: str, raw: RawResponse) -> JsonResponse | RequestFailure:
            return read_json(name, raw, detect_error)

        return self._request(service, Request(self._url(service, path), params), read)

    def get_text(self, service: str, path: str, params: Params = ()) -> str:
        """Request plain text from a service. HTML is an error."""
        return self._request(
            service, Request(self._url(service, path), params), read_text
        )

    def send(self, service: str, request: Request) -> RawResponse:
        """Send a request built by a client library, within the rate limit of `service`.

        Returns:
            JSON with status 200, or any body with another status below 500 except 429.
        """
        return self._request(service, request, read_raw)

    def get_bytes(self, url: str, *, service: str, limit_bytes: int) -> FileResponse:
        """Fetch a file from any host, within the rate limit of `service`.

        Returns:
            The file, or the status without a body for 403, 404 and 410 (a dead
            link).
        """
        return self._request(service, Request(url), read_download, limit_bytes)

    def _url(self, service: str, path: str) -> str:
        return self.service(service).base_url.rstrip("/") + path

    def _request(
        self,
        service: str,
        request: Request,
        read: ResponseReader[T],
        limit_bytes: int = JSON_LIMIT_BYTES,
    ) -> T:
        self.service(service)
        queue, attempt = self._queues[service], 1
        while True:
            result = self._attempt(queue, request, read, limit_bytes)
            if not isinstance(result, RequestFailure):
                return result
            self._wait_or_raise(queue, result, attempt)
            attempt += 1
            queue.count_retry()

    def _wait_or_raise(
        self, queue: ServiceQueue, failure: RequestFailure, attempt: int
    ) -> None:
        decision = next_step(failure, attempt, self._rng.random())
        if isinstance(decision, GiveUp):
            raise decision.error from failure.cause
        self._throttle.report_retry(queue, failure.what, decision)
        if decision.shared:
            queue.limiter.pause(decision.after)
        else:
            self._throttle.wait_before_retry(queue.name, decision.after)

    def _attempt(
        self,
        queue: ServiceQueue,
        request: Request,
        read: ResponseReader[T],
        limit_bytes: int,
    ) -> T | RequestFailure:
        raw = self._transport.get(
            queue.name, request, limit_bytes, lambda: self._throttle.acquire(queue)
        )
        if isinstance(raw, RequestFailure):
            return raw
        pause = requested_pause(raw.status, raw.headers, self._clock.now())
        refused = refusal(queue.name, raw, pause)
        if pause is not None and refused is None:
            queue.limiter.pause(pause)
        return refused or read(queue.name, raw)
