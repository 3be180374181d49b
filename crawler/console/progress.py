"""What long work says while it runs. The only writer to stderr besides errors."""

import os
import threading
import unicodedata
from datetime import datetime
from typing import Protocol, TextIO

from crawler.clock import Clock
from crawler.text import visible


class Progress(Protocol):
    """Takes what happens; a terminal shows it live, a log file gets lines now and then."""

    def say(self, sentence: str) -> None:
        """Something worth a line of its own, at once."""
        ...

    def update(self, state: str) -> None:
        """The state of the work in one line; shown live, or logged every so often."""
        ...

    def waiting(self, what: str, until: datetime) -> None:
        """A wait begins: for what, and until when."""
        ...


# Shorter waits are a service's ordinary pace and not worth a line.
LONG_WAIT_SECONDS = 60


class _LongWaits:
    """The waits that are worth a line, each of them once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._announced: set[tuple[str, datetime]] = set()

    def new(self, what: str, until: datetime) -> str | None:
        """The line for a wait of over a minute; None where it was announced."""
        seconds = (until - self._clock.now()).total_seconds()
        if seconds <= LONG_WAIT_SECONDS or (what, until) in self._announced:
            return None
        self._announced.add((what, until))
        return _wait(what, until, seconds)


class SilentProgress:
    """Says nothing."""

    def say(self, sentence: str) -> None:
        pass

    def update(self, state: str) -> None:
        pass

    def waiting(self, what: str, until: datetime) -> None:
        pass


class QuietProgress:
    """Only what is worth a line of its own, without the state of the work.

    A wait of over a minute is: it gets a line with its end, once.
    """

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._waits = _LongWaits(clock)
        self._lock = threading.Lock()

    def say(self, sentence: str) -> None:
        with self._lock:
            _write(self._stream, _lines(sentence) + "\n")

    def update(self, state: str) -> None:
        pass

    def waiting(self, what: str, until: datetime) -> None:
        with self._lock:
            if line := self._waits.new(what, until):
                _write(self._stream, line + "\n")


class LogProgress:
    """Lines for a log file: what is said at once, the state every `every` seconds.

    A wait of over a minute gets a line with its end; it is announced once.
    """

    def __init__(self, stream: TextIO, clock: Clock, *, every: float = 10) -> None:
        self._stream = stream
        self._clock = clock
        self._every = every
        self._next = clock.monotonic()
        self._waits = _LongWaits(clock)
        self._lock = threading.Lock()

    def say(self, sentence: str) -> None:
        with self._lock:
            _write(self._stream, _lines(sentence) + "\n")

    def update(self, state: str) -> None:
        with self._lock:
            if self._clock.monotonic() < self._next:
                return
            self._next = self._clock.monotonic() + self._every
            _write(self._stream, visible(state) + "\n")

    def waiting(self, what: str, until: datetime) -> None:
        with self._lock:
            if line := self._waits.new(what, until):
                _write(self._stream, line + "\n")


class TerminalProgress:
    """One live line at the foot of a terminal; what is said scrolls above it."""

    def __init__(
        self, stream: TextIO, clock: Clock, *, width: int | None = None
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._width = width
        self._shown = ""
        self._next = clock.monotonic()
        self._waits = _LongWaits(clock)
        self._lock = threading.Lock()

    def say(self, sentence: str) -> None:
        with self._lock:
            self._say(sentence)

    def update(self, state: str) -> None:
        with self._lock:
            if self._clock.monotonic() >= self._next:
                self._next = self._clock.monotonic() + 0.1
                self._show(state)

    def waiting(self, what: str, until: datetime) -> None:
        seconds = (until - self._clock.now()).total_seconds()
        with self._lock:
            if line := self._waits.new(what, until):
                self._say(line)
            elif seconds >= 1:
                self._show(_wait(what, until, seconds))

    def close(self) -> None:
        """Take the live line away."""
        with self._lock:
            self._show("")

    def _say(self, sentence: str) -> None:
        shown = self._shown
        self._show("")
        _write(self._stream, _lines(sentence) + "\n")
        self._show(shown)

    def _show(self, line: str) -> None:
        if line or self._shown:
            # One column short: a full line would wrap and could not be taken back.
            _write(
                self._stream, "\r\x1b[2K" + _fitting(visible(line), self._columns() - 1)
            )
        self._shown = line

    def _columns(self) -> int:
        if self._width is not None:
            return self._width
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except OSError:
            return 80


def progress_on(
    stream: TextIO, clock: Clock, *, quiet: bool = False
) -> QuietProgress | LogProgress | TerminalProgress:
    """The progress that suits a stream: live on a terminal, lines in a log file."""
    if quiet:
        return QuietProgress(stream, clock)
    if stream.isatty():
        return TerminalProgress(stream, clock)
    return LogProgress(stream, clock)


def _wait(what: str, until: datetime, seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    left = f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"waiting for {what} until {until:%Y-%m-%d %H:%M:%S %Z} ({left})"


def _lines(sentence: str) -> str:
    """A sentence, maybe of several lines, that does not steer the terminal."""
    return "\n".join(visible(line) for line in sentence.split("\n"))


def _fitting(line: str, columns: int) -> str:
    """As much of the line as fits; a wide (Chinese, Japanese, Korean) sign takes two."""
    taken = 0
    for place, sign in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if taken > columns:
            return line[:place]
    return line


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
