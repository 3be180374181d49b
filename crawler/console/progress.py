"""Progress of long work: the only writer to stderr besides errors."""

import os
import threading
import unicodedata
from datetime import datetime
from typing import Protocol, TextIO

from crawler.clock import Clock
from crawler.text import visible


class Progress(Protocol):
    """Receives what happens; a terminal shows it live, a log file gets occasional lines."""

    def say(self, sentence: str) -> None:
        """Print a sentence on a line of its own, at once."""
        ...

    def update(self, state: str) -> None:
        """Set the state of the work, one line; shown live, or logged every few seconds."""
        ...

    def waiting(self, what: str, until: datetime) -> None:
        """Report that a wait begins: for what, and until when."""
        ...


# Shorter waits are normal rate limiting and do not deserve a line.
LONG_WAIT_SECONDS = 60


class _LongWaits:
    """The waits that deserve a line, each of them once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._announced: set[tuple[str, datetime]] = set()

    def new(self, what: str, until: datetime) -> str | None:
        """The line for a wait of over a minute; None if it was announced before."""
        seconds = (until - self._clock.now()).total_seconds()
        if seconds <= LONG_WAIT_SECONDS or (what, until) in self._announced:
            return None
        self._announced.add((what, until))
        return _format_wait(what, until, seconds)


class SilentProgress:
    """Prints nothing."""

    def say(self, sentence: str) -> None:
        pass

    def update(self, state: str) -> None:
        pass

    def waiting(self, what: str, until: datetime) -> None:
        pass


class QuietProgress:
    """Prints sentences, and not the state of the work.

    A wait of over a minute gets one line with its end.
    """

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._waits = _LongWaits(clock)
        self._lock = threading.Lock()

    def say(self, sentence: str) -> None:
        with self._lock:
            _write(self._stream, _printable(sentence) + "\n")

    def update(self, state: str) -> None:
        pass

    def waiting(self, what: str, until: datetime) -> None:
        with self._lock:
            if line := self._waits.new(what, until):
                _write(self._stream, line + "\n")


class LogProgress:
    """Prints lines for a log file: sentences at once, the state every `every` seconds.

    A wait of over a minute gets one line with its end.
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
            _write(self._stream, _printable(sentence) + "\n")

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
    """Shows the state as a live line at the foot of a terminal; sentences scroll above it."""

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
                self._show(_format_wait(what, until, seconds))

    def close(self) -> None:
        """Remove the live line."""
        with self._lock:
            self._show("")

    def _say(self, sentence: str) -> None:
        shown = self._shown
        self._show("")
        _write(self._stream, _printable(sentence) + "\n")
        self._show(shown)

    def _show(self, line: str) -> None:
        if line or self._shown:
            # One column short: a full line would wrap and could not be erased.
            _write(
                self._stream,
                "\r\x1b[2K" + _truncate(visible(line), self._columns() - 1),
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
    """The progress for a stream: live on a terminal, lines in a log file."""
    if quiet:
        return QuietProgress(stream, clock)
    if stream.isatty():
        return TerminalProgress(stream, clock)
    return LogProgress(stream, clock)


def _format_wait(what: str, until: datetime, seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    left = f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"waiting for {what} until {until:%Y-%m-%d %H:%M:%S %Z} ({left})"


def _printable(sentence: str) -> str:
    """A sentence of one or several lines, without characters that control the terminal."""
    return "\n".join(visible(line) for line in sentence.split("\n"))


def _truncate(line: str, columns: int) -> str:
    """As much of the line as fits; a wide (Chinese, Japanese, Korean) character takes two."""
    taken = 0
    for place, character in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > columns:
            return line[:place]
    return line


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
