"""The stand-in service: a real HTTP server on loopback that answers from a world.

All services share a port, each under its own prefix. A service's base address takes the
real paths behind it:

    with serve(bundled_world()) as standin:
        requests.get(standin.deezer_url + "/artist/900000001/related?limit=50")
        requests.get(standin.musicbrainz_url + "/ws/2/genre/all?fmt=txt", headers=...)
        requests.get(standin.listenbrainz_url + "/1/metadata/artist/?artist_mbids=...&inc=tag")
        token = requests.post(standin.spotify_token_url, {"grant_type": "client_credentials"},
                              auth=("standin", "standin")).json()["access_token"]
        requests.get(standin.spotify_url + "/search?type=artist&q=...",
                     headers={"Authorization": f"Bearer {token}"})
"""

import json
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl, unquote

from crawler.standin import limits
from crawler.standin.audio import Clips
from crawler.standin.faults import NO_FAULT, Schedule, no_faults
from crawler.standin.http import (
    MAX_TARGET_LENGTH,
    ClientConnection,
    ConnectionClosedError,
    Reply,
    RequestHead,
    ServiceApi,
    ServiceRequest,
    json_reply,
)
from crawler.standin.limits import (
    Admission,
    BusiestWindow,
    FixedWindow,
    Limiter,
    SlidingWindow,
    SlidingWindowWithRetryAfter,
    Unlimited,
)
from crawler.standin.services import deezer, listenbrainz, musicbrainz, spotify
from crawler.standin.services.previews import PreviewApi
from crawler.standin.services.spotify_accounts import (
    CLIENT,
    TOKEN_PATH,
    App,
    AppAccess,
    TokenApi,
)
from crawler.standin.world.world import World

# Requests kept in memory; the counts include all.
MAX_LOGGED_REQUESTS = 200_000
# No limit is known; the busiest second is counted nevertheless.
_NO_LIMIT = 1.0
READING = frozenset({"GET", "HEAD"})
POSTING = frozenset({"POST"})
HOST = "127.0.0.1"
STATS = "/standin/stats"


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request and its result.

    Attributes:
        time: Seconds since 1970.
        path: Path and query as received, without the service's prefix.
        status: 0 if no reply was sent.
        agent: The User-Agent of the client.
    """

    time: float
    service: str
    path: str
    status: int
    agent: str = ""


class AccessLog:
    """Counts and logs requests, including refused ones. Thread-safe."""

    def __init__(
        self, windows: Mapping[str, float], now: Callable[[], float], log: TextIO | None
    ) -> None:
        """Create a log; `windows` holds the length in seconds of each service's window."""
        self._now = now
        self._lock = threading.Lock()
        self._busiest = {
            name: BusiestWindow(seconds) for name, seconds in windows.items()
        }
        self._numbers: Counter[str] = Counter()
        self._statuses: dict[str, Counter[int]] = {name: Counter() for name in windows}
        self._log = log
        self._requests: deque[LoggedRequest] = deque(maxlen=MAX_LOGGED_REQUESTS)

    def count(self, service: str) -> tuple[int, float]:
        """Count a request that arrived; return its number for its service, and the time."""
        with self._lock:
            now = self._now()  # under the lock, so that times are in order
            self._busiest[service].add(now)
            self._numbers[service] += 1
            return self._numbers[service], now

    def add(self, request: LoggedRequest) -> None:
        """Log a request with its result."""
        with self._lock:
            self._statuses[request.service][request.status] += 1
            self._requests.append(request)
            if self._log is not None:
                self._log.write(json.dumps(asdict(request)) + "\n")

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """The last requests, in the order in which they were answered."""
        with self._lock:
            return tuple(self._requests)

    def busiest(self, service: str) -> int:
        """The largest number of requests in any window of the service, at any offset."""
        with self._lock:
            return self._busiest[service].most

    def counts(self) -> dict[str, int]:
        """Requests per service."""
        with self._lock:
            return {name: self._numbers[name] for name in self._busiest}

    def stats(self) -> dict[str, dict[str, object]]:
        """Per service: requests, by status, the busiest window and its length."""
        with self._lock:
            return {
                name: {
                    "requests": self._numbers[name],
                    "by_status": {
                        str(k): v for k, v in sorted(self._statuses[name].items())
                    },
                    "busiest_window": busiest.most,
                    "window_seconds": busiest.seconds,
                }
                for name, busiest in self._busiest.items()
            }


@dataclass(frozen=True, slots=True)
class Route:
    """A service with its rate limit, its refusal and its HTTP methods."""

    service: ServiceApi
    window: float
    gate: Limiter
    refused: Callable[[], Reply]
    methods: frozenset[str] = READING


def make_routes(world: World, address: str, app: App) -> Mapping[str, Route]:
    """Make all services over a world, by prefix; `address` is that of the server."""
    previews = f"{address}/preview"
    return {
        "deezer": Route(
            deezer.DeezerApi(world, previews),
            limits.DEEZER.seconds,
            SlidingWindow(limits.DEEZER),
            deezer.refused,
        ),
        "musicbrainz": Route(
            musicbrainz.MusicBrainzApi(world),
            limits.MUSICBRAINZ.seconds,
            SlidingWindow(limits.MUSICBRAINZ),
            musicbrainz.refused,
        ),
        "listenbrainz": Route(
            listenbrainz.ListenBrainzApi(world),
            limits.LISTENBRAINZ.seconds,
            FixedWindow(limits.LISTENBRAINZ),
            listenbrainz.refused,
        ),
        "spotify": Route(
            spotify.SpotifyApi(world, app, previews),
            limits.SPOTIFY.seconds,
            SlidingWindowWithRetryAfter(limits.SPOTIFY),
            spotify.refused,
        ),
        "accounts": Route(
            TokenApi(app), _NO_LIMIT, Unlimited(), spotify.refused, POSTING
        ),
        "preview": Route(
            PreviewApi(world, Clips().of), _NO_LIMIT, Unlimited(), deezer.refused
        ),
    }


class Standin:
    """The running service. Made by `serve`."""

    def __init__(
        self,
        world: World,
        listener: socket.socket,
        *,
        limits: bool,
        latency: float,
        log: TextIO | None,
        now: Callable[[], float],
        faults: Schedule,
        app: App,
    ) -> None:
        self.world = world
        self.url = f"http://{HOST}:{listener.getsockname()[1]}"
        self._routes = make_routes(world, self.url, app)
        self._log = AccessLog({n: d.window for n, d in self._routes.items()}, now, log)
        self._listener = listener
        self._limited = limits
        self._latency = latency
        self._faults = faults
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[ClientConnection, threading.Thread] = {}
        self._accepting = threading.Thread(target=self._accept, name="standin")

    @property
    def deezer_url(self) -> str:
        """Replaces https://api.deezer.com."""
        return f"{self.url}/deezer"

    @property
    def musicbrainz_url(self) -> str:
        """Replaces https://musicbrainz.org; its paths begin with /ws/2/."""
        return f"{self.url}/musicbrainz"

    @property
    def listenbrainz_url(self) -> str:
        """Replaces https://api.listenbrainz.org; its paths begin with /1/."""
        return f"{self.url}/listenbrainz"

    @property
    def spotify_url(self) -> str:
        """Replaces https://api.spotify.com/v1."""
        return f"{self.url}/spotify/v1"

    @property
    def spotify_token_url(self) -> str:
        """Replaces https://accounts.spotify.com/api/token."""
        return f"{self.url}/accounts{TOKEN_PATH}"

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings that point the program here, without Spotify's credentials."""
        return {
            "GENREGRAPH_DEEZER_URL": self.deezer_url,
            "GENREGRAPH_MUSICBRAINZ_URL": self.musicbrainz_url,
            "GENREGRAPH_LISTENBRAINZ_URL": self.listenbrainz_url,
            "GENREGRAPH_SPOTIFY_URL": self.spotify_url,
            "GENREGRAPH_SPOTIFY_TOKEN_URL": self.spotify_token_url,
        }

    @property
    def spotify_environment(self) -> Mapping[str, str]:
        """`environment` with the credentials that the stand-in for Spotify accepts."""
        name, secret = CLIENT
        client = {"SPOTIPY_CLIENT_ID": name, "SPOTIPY_CLIENT_SECRET": secret}
        return {**self.environment, **client}

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """The requests so far, in the order in which they were answered."""
        return self._log.requests

    def busiest(self, service: str) -> int:
        """The largest number of requests in any window of the service, at any offset.

        Refused requests count. Services: deezer, musicbrainz, listenbrainz, spotify,
        accounts (which issues Spotify's tokens), preview.
        """
        return self._log.busiest(service)

    def counts(self) -> Mapping[str, int]:
        """Requests per service, including refused ones."""
        return self._log.counts()

    def stats(self) -> Mapping[str, Mapping[str, object]]:
        """Per service: requests, by status, the busiest window and its length."""
        return self._log.stats()

    def start(self) -> None:
        """Start to answer, in separate threads."""
        self._accepting.start()

    def stop(self) -> None:
        """Close all connections and end all threads."""
        self._stopping.set()
        # Closing a socket does not wake a thread that waits on it; a connection does.
        with suppress(OSError):
            socket.create_connection(self._listener.getsockname(), timeout=1).close()
        self._accepting.join()
        self._listener.close()
        with self._lock:
            remaining = dict(self._open)
        for connection in remaining:
            connection.close()
        for thread in remaining.values():
            thread.join()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._stopping.is_set():
                client.close()
                return
            connection = ClientConnection(client)
            thread = threading.Thread(
                target=self._serve_client,
                args=(connection,),
                daemon=True,
                name="standin client",
            )
            with self._lock:
                self._open[connection] = thread
            thread.start()

    def _serve_client(self, connection: ClientConnection) -> None:
        with suppress(ConnectionClosedError):
            while self._answer(connection):
                pass
        connection.close()
        with self._lock:
            self._open.pop(connection, None)

    def _answer(self, connection: ClientConnection) -> bool:
        """Answer one request; return whether the connection stays open."""
        head = connection.read()
        name, target = _split_target(head.target)
        if name not in self._routes:
            connection.write(
                self._own_reply(head.target), head_only=head.method == "HEAD"
            )
            return head.keep_alive
        number, now = self._log.count(name)
        fault = self._faults(name, target, number) or NO_FAULT
        answer = fault.instead or self._reply(name, target, head, now)
        self._stopping.wait(self._latency + fault.delay)
        status = 0 if fault.hang_up else answer.status
        agent = head.headers.get("user-agent", "")
        self._log.add(LoggedRequest(now, name, target, status, agent))
        if fault.hang_up:
            return False
        connection.write(answer, head_only=head.method == "HEAD", part=fault.part)
        return head.keep_alive and fault.part == 1.0

    def _own_reply(self, target: str) -> Reply:
        if target == STATS:
            return json_reply(self.stats())
        return json_reply(
            {"error": "no service here", "services": list(self._routes)}, 404
        )

    def _reply(self, name: str, target: str, head: RequestHead, now: float) -> Reply:
        route = self._routes[name]
        if head.method not in route.methods:
            return json_reply({"error": "Method Not Allowed"}, 405)
        if len(target) > MAX_TARGET_LENGTH:
            return json_reply({"error": "Request-URI Too Large"}, 414)
        admission = route.gate.admit(now) if self._limited else Admission(admitted=True)
        if not admission.admitted:
            answer = route.refused()
        else:
            answer = route.service.answer(
                _request(target, head, now, f"{self.url}/{name}")
            )
        return replace(answer, headers=(*answer.headers, *admission.headers))


def _split_target(target: str) -> tuple[str, str]:
    """The service's name, and path and query without its prefix."""
    name, slash, rest = target.removeprefix("/").partition("/")
    return name, slash + rest


def _request(target: str, head: RequestHead, now: float, base: str) -> ServiceRequest:
    path, _, query = target.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    return ServiceRequest(
        unquote(path), pairs, query, head.headers, now, base, head.body
    )


@contextmanager
def serve(
    world: World,
    *,
    limits: bool = True,
    latency: float = 0.0,
    log: Path | None = None,
    now: Callable[[], float] = time.time,  # noqa: TID251 - the clock, passed in
    faults: Schedule = no_faults,
    port: int = 0,
    spotify: str | App = AppAccess.EXTENDED,
) -> Iterator[Standin]:
    """Serve a world over HTTP on loopback until the block ends.

    Args:
        world: The world to answer from.
        limits: Whether to refuse requests beyond the rate limits of the real services.
        latency: Seconds before each reply.
        log: A file to which each request is appended as a line of JSON.
        now: Returns the time in seconds since 1970; tests pass a movable clock.
        faults: The faults to inject, called before each reply.
        port: 0 for any free port.
        spotify: Access of the client: "extended" for everything, as in 2020; "new" for
            that of an app made in 2026; or an `App`.

    Raises:
        OSError: The port is taken.
    """
    with ExitStack() as stack:
        listener = socket.create_server((HOST, port), backlog=256)
        stack.callback(listener.close)
        lines = None
        if log is not None:
            lines = stack.enter_context(log.open("a", encoding="utf-8", buffering=1))
        standin = Standin(
            world,
            listener,
            limits=limits,
            latency=latency,
            log=lines,
            now=now,
            faults=faults,
            app=spotify if isinstance(spotify, App) else App(AppAccess(spotify)),
        )
        standin.start()
        stack.callback(standin.stop)
        yield standin
