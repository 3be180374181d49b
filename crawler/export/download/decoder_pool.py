"""Decode clips in separate processes.

Processes decode a quarter more clips per second than threads. libmpg123 writes notes to
file descriptor 2 behind Python's back, and only a separate process can be silenced
without losing other output there. A decoder that crashes ends its own process, not the
export.
"""

import json
import os
import queue
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self, TextIO

from crawler.export.download.audio import (
    AudioFault,
    ClipFacts,
    clip_from_json,
    clip_to_json,
    examine,
)

# The id of the parent process is there for people who read the output of `ps`.
_SERVE = """\
serve_for={pid}
import sys
sys.path[:] = {path!r}
from crawler.export.download.decoder_pool import serve
serve(sys.stdin, sys.stdout)
"""


class Checker(Protocol):
    """Checks clips, from any thread."""

    def check(self, path: Path, *, min_seconds: float) -> ClipFacts | AudioFault:
        """Return the facts of the clip at `path`, or its fault."""
        ...


class DecoderPool:
    """A checker with `count` processes, each started on first use.

    They end when the pool is closed or its process is killed, because their input ends.
    """

    def __init__(self, count: int) -> None:
        self._idle: queue.LifoQueue[_Decoder] = queue.LifoQueue()
        self._all = [_Decoder() for _ in range(max(1, count))]
        for decoder in self._all:
            self._idle.put(decoder)

    def check(self, path: Path, *, min_seconds: float) -> ClipFacts | AudioFault:
        """See `Checker.check`."""
        decoder = self._idle.get()
        try:
            return decoder.check(path, min_seconds)
        finally:
            self._idle.put(decoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for decoder in self._all:
            decoder.close()


class _Decoder:
    """One process that checks one clip at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def check(self, path: Path, min_seconds: float) -> ClipFacts | AudioFault:
        request = json.dumps({"path": str(path), "min_seconds": min_seconds})
        # The process may have ended for another reason than the clip: try once more.
        answer = self._send(request) or self._send(request)
        if answer is None:
            return AudioFault("does-not-decode", "the decoder crashed")
        values = json.loads(answer)
        if "reason" in values:
            return AudioFault(values["reason"], values["detail"])
        return clip_from_json(values)

    def _send(self, request: str) -> str | None:
        process = self._process = self._process or _start()
        try:
            _input(process).write(request + "\n")
            _input(process).flush()
            answer = _output(process).readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self.close()
        return answer or None

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(BrokenPipeError):
            _input(process).close()
        _output(process).close()
        process.wait()


def _start() -> subprocess.Popen[str]:
    code = _SERVE.format(pid=os.getpid(), path=sys.path)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        # Ctrl-C must reach only the export, which still needs the checks in progress.
        start_new_session=True,
    )


def _input(process: subprocess.Popen[str]) -> TextIO:
    if process.stdin is None:
        raise BrokenPipeError
    return process.stdin  # type: ignore[return-value]


def _output(process: subprocess.Popen[str]) -> TextIO:
    if process.stdout is None:
        raise BrokenPipeError
    return process.stdout  # type: ignore[return-value]


def serve(requests: Iterable[str], answers: TextIO) -> None:
    """The child process: answer each line until the input ends."""
    for line in requests:
        request = json.loads(line)
        found = examine(Path(request["path"]), min_seconds=request["min_seconds"])
        answers.write(json.dumps(_values(found)) + "\n")
        answers.flush()


def _values(found: ClipFacts | AudioFault) -> dict[str, object]:
    if isinstance(found, AudioFault):
        return {"reason": found.reason, "detail": found.detail}
    return clip_to_json(found)
