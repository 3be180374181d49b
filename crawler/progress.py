"""What long work says while it runs. The only writer to stderr besides errors."""

from datetime import datetime
from typing import Protocol


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


class SilentProgress:
    """Says nothing."""

    def say(self, sentence: str) -> None:
        pass

    def update(self, state: str) -> None:
        pass

    def waiting(self, what: str, until: datetime) -> None:
        pass
