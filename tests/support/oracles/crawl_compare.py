"""Compare two crawls of one world: their graphs, and the requests that each one sent.

A question is one request's service, path and query. Requests that one crawl sent more
often than the other must belong to work items that were open when a process was killed.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from crawler.sources.registry import artist_on
from graph.model.genres import fold
from tests.support.processes.program import command
from tests.support.project import ROOT

_NOT_OURS = ("NEO4J_", "GENREGRAPH_")


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A line of the stand-in's log; `time` in seconds since 1970."""

    time: float
    service: str
    path: str
    status: int
    agent: str

    @property
    def question(self) -> tuple[str, str]:
        return self.service, self.path


def environment(*parts: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with these settings of genregraph in place of all others."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_OURS)}
    for part in parts:
        own |= part
    return own


@contextmanager
def standin(world: str, log: Path, *options: str) -> Iterator[Mapping[str, str]]:
    """The stand-in in a process of its own: the settings that point there."""
    module = [sys.executable, "-m", "crawler.standin"]
    process = subprocess.Popen(
        [*module, "--world", world, "--log", str(log), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        pairs = (re.fullmatch(r"export (\w+)=(\S+)\s*", line) for line in lines)
        yield {pair[1]: pair[2] for pair in pairs if pair}
    finally:
        process.terminate()
        process.wait()


def requests_in(log: Path) -> list[LoggedRequest]:
    """All requests of a log, by the time of their arrival."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return sorted(
        (LoggedRequest(**json.loads(line)) for line in lines), key=lambda a: a.time
    )


def repeated(
    requests: Sequence[LoggedRequest], reference: Sequence[LoggedRequest]
) -> list[LoggedRequest]:
    """The requests sent more often than in the reference; of equal ones the later count."""
    left = Counter(one.question for one in reference)
    beyond = []
    for one in requests:
        left[one.question] -= 1
        if left[one.question] < 0:
            beyond.append(one)
    return beyond


def exported(store: str, file: Path) -> bytes:
    """A store's whole graph without times, as `graph export` writes it."""
    done = subprocess.run(
        command("graph", "export", file, "--no-times", "--store", store),
        cwd=file.parent,
        env=environment(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


def difference(one: bytes, other: bytes) -> str | None:
    """How two graphs differ, in a line; None where they are equal byte by byte."""
    if one == other:
        return None
    ours, theirs = set(one.splitlines()), set(other.splitlines())
    examples = sorted(ours - theirs)[:1] + sorted(theirs - ours)[:1]
    shown = " | ".join(line.decode()[:300] for line in examples)
    only = f"{len(ours - theirs)} lines only here, {len(theirs - ours)} only there"
    return f"{only}: {shown}"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A work item as the database held it at a kill."""

    id: str
    kind: str
    artists: frozenset[str]
    subject: str | None

    def genres(self) -> Collection[str]:
        """The genres that a work item of seeds requests."""
        return json.loads(self.subject)["genres"] if self.subject else ()


class Joined:
    """Assigns requests to work items; a finished graph gives the MBIDs."""

    def __init__(self, graph: bytes) -> None:
        nodes = (json.loads(line) for line in graph.splitlines())
        self._artists: dict[str, set[str]] = {}
        for node in nodes:
            mbid = node["properties"].get("mbid")
            if node["type"] == "node" and mbid:
                self._artists.setdefault(mbid, set()).add(node["id"])

    def belongs(self, request: LoggedRequest, item: OpenItem) -> bool:
        """Whether fetching the item takes this request."""
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        number, _, what = parts.path.removeprefix("/artist/").partition("/")
        if request.service == "deezer":
            kind = {"related": "related", "top": "tracks"}.get(what)
            return item.kind == kind and f"deezer:{number}" in item.artists
        if parts.path == "/ws/2/url":
            pages = (artist_on(page, "deezer") for page in query["resource"])
            return item.kind == "genres" and set(pages) <= item.artists
        if parts.path == "/ws/2/artist":
            names = {fold(n) for n in re.findall(r'tag:"(.*?)"', query["query"][0])}
            return item.kind == "seeds" and names <= {*map(fold, item.genres())}
        if item.kind == "seeds":
            return request.service == "listenbrainz"
        mbids = query.get("artist_mbids", [""])[0].split(",")
        known = (self._artists.get(mbid, set()) for mbid in mbids)
        return item.kind == "genres" and any(found & item.artists for found in known)


def is_of_a_run(request: LoggedRequest) -> bool:
    """Whether each process sends this request once, whatever the others have stored."""
    return request.path.startswith("/ws/2/genre/all")
