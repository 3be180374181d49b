"""Decoding in processes of their own.

Two reasons: processes decode a quarter more clips per second than threads, and
libmpg123 writes its notes to file descriptor 2 past Python, which only a process of
its own can be kept from without losing what others have to say there. A decoder that
crashes takes its process with it, not the export.
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

# The number of the process it serves is there for people who look at `ps`.
_SERVE = """\
serve_for={pid}
import sys
sys.path[:] = {path!r}
from crawler.export.download.decoder_pool import serve
serve(sys.stdin, sys.stdout)
"""


class Checker(Protocol):
    """Judges clips, from any thread."""

    def check(self, path: Path, *, min_seconds: float) -> ClipFacts | AudioFault:
        """What is known of the clip at `path`, or what is wrong with it."""
        ...


class DecoderPool:
    """A checker with `count` processes, started when they are first needed.

    They end when this is closed, and also when this process is killed: their input
    ends then.
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
    """One process, asked one clip at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def check(self, path: Path, min_seconds: float) -> ClipFacts | AudioFault:
        question = json.dumps({"path": str(path), "min_seconds": min_seconds})
        # A process may have been ended for no fault of the clip's: once more.
        answer = self._ask(question) or self._ask(question)
        if answer is None:
            return AudioFault("does-not-decode", "the decoder crashed")
        values = json.loads(answer)
        if "reason" in values:
            return AudioFault(values["reason"], values["detail"])
        return clip_from_json(values)

    def _ask(self, question: str) -> str | None:
        process = self._process = self._process or _start()
        try:
            _input(process).write(question + "\n")
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
        # Ctrl-C is for the export: it still needs what is being checked.
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


def serve(questions: Iterable[str], answers: TextIO) -> None:
    """The other end: answer each line until the input ends."""
    for line in questions:
        question = json.loads(line)
        found = examine(Path(question["path"]), min_seconds=question["min_seconds"])
        answers.write(json.dumps(_values(found)) + "\n")
        answers.flush()


def _values(found: ClipFacts | AudioFault) -> dict[str, object]:
    if isinstance(found, AudioFault):
        return {"reason": found.reason, "detail": found.detail}
    return clip_to_json(found)
