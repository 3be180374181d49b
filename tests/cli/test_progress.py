import io
import threading
from datetime import timedelta

import pytest

from crawler.console.progress import (
    LogProgress,
    QuietProgress,
    TerminalProgress,
    progress_on,
)
from tests.support.fakes import FakeClock


class Terminal(io.StringIO):
    def isatty(self):
        return True

    def screen(self):
        """What the terminal shows: each line after its last erasure."""
        lines = self.getvalue().split("\n")
        return [line.rsplit("\x1b[2K", 1)[-1] for line in lines]


@pytest.fixture
def clock():
    return FakeClock()


def test_the_stream_decides_the_progress_unless_it_is_quiet(clock):
    assert isinstance(progress_on(Terminal(), clock), TerminalProgress)
    assert isinstance(progress_on(io.StringIO(), clock), LogProgress)
    assert isinstance(progress_on(Terminal(), clock, quiet=True), QuietProgress)


def test_a_log_gets_the_state_occasionally_and_sentences_at_once(clock):
    stream = io.StringIO()
    progress = LogProgress(stream, clock, every=60)
    for second in range(130):
        progress.update(f"state {second}")
        if second == 5:
            progress.say("a round is closed")
        clock.advance(1)
    assert stream.getvalue().splitlines() == [
        "state 0",
        "a round is closed",
        "state 60",
        "state 120",
    ]


def test_a_wait_of_over_a_minute_is_announced_once_with_its_end(clock):
    stream = io.StringIO()
    progress = LogProgress(stream, clock)
    until = clock.now() + timedelta(minutes=12, seconds=5)
    for _ in range(3):
        progress.waiting("MusicBrainz", until)
    progress.waiting("Deezer", clock.now() + timedelta(seconds=60))
    assert stream.getvalue() == (
        "waiting for MusicBrainz until 2026-11-24 12:12:05 UTC (12 min 5 s)\n"
    )


def test_a_terminal_shows_one_live_line_below_the_sentences(clock):
    stream = Terminal()
    progress = TerminalProgress(stream, clock, width=40)
    progress.update("1 of 9")
    clock.advance(1)
    progress.update("2 of 9")
    progress.say("Deezer is slow")
    assert stream.screen() == ["Deezer is slow", "2 of 9"]
    progress.close()
    assert stream.screen() == ["Deezer is slow", ""]


def test_a_live_line_never_wraps_even_with_wide_characters(clock):
    stream = Terminal()
    progress = TerminalProgress(stream, clock, width=10)
    progress.update("x" * 50)
    clock.advance(1)
    assert stream.screen()[-1] == "x" * 9
    progress.update("演" * 50)
    assert stream.screen()[-1] == "演" * 4


def test_a_terminal_is_not_redrawn_for_every_answer(clock):
    stream = Terminal()
    progress = TerminalProgress(stream, clock, width=40)
    for number in range(1000):
        progress.update(str(number))
    assert stream.getvalue().count("\x1b[2K") == 1


def test_a_terminal_shows_short_waits_live_and_keeps_long_ones(clock):
    stream = Terminal()
    progress = TerminalProgress(stream, clock, width=90)
    progress.waiting("Deezer", clock.now() + timedelta(seconds=0.2))
    assert stream.getvalue() == ""
    progress.waiting("Deezer", clock.now() + timedelta(seconds=5))
    assert len(stream.screen()) == 1
    assert "waiting for Deezer until 2026-11-24 12:00:05 UTC" in stream.screen()[0]
    progress.waiting("MusicBrainz", clock.now() + timedelta(minutes=2))
    assert "waiting for MusicBrainz" in stream.screen()[0]
    assert len(stream.screen()) == 2


def test_control_characters_in_the_state_do_not_reach_the_terminal(clock):
    stream = Terminal()
    progress = TerminalProgress(stream, clock, width=40)
    progress.update("asking \x1b]0;evil\x07")
    progress.say("found \x1b[2J")
    assert "\x1b]0;evil" not in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()


def test_a_log_gets_the_state_every_ten_seconds(clock):
    stream = io.StringIO()
    progress = progress_on(stream, clock)
    for second in range(25):
        progress.update(f"state {second}")
        clock.advance(1)
    assert stream.getvalue().splitlines() == ["state 0", "state 10", "state 20"]


def test_quiet_prints_sentences_and_no_state(clock):
    stream = io.StringIO()
    progress = QuietProgress(stream, clock)
    progress.say("store: x")
    progress.update("state")
    assert stream.getvalue() == "store: x\n"


def test_quiet_announces_a_wait_of_over_a_minute_once_with_its_end(clock):
    stream = io.StringIO()
    progress = progress_on(stream, clock, quiet=True)
    until = clock.now() + timedelta(hours=1)
    for _ in range(3):
        progress.waiting("deezer asks to wait", until)
    progress.waiting("musicbrainz", clock.now() + timedelta(seconds=60))
    assert stream.getvalue() == (
        "waiting for deezer asks to wait until 2026-11-24 13:00:00 UTC (60 min 0 s)\n"
    )


def test_lines_of_several_threads_stay_whole(clock):
    stream = io.StringIO()
    progress = LogProgress(stream, clock)
    threads = [
        threading.Thread(
            target=lambda n=n: [progress.say(f"{n}" * 20) for _ in range(50)]
        )
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 400
    assert all(line == line[0] * 20 for line in lines)
