"""What a card tells of, and how it writes tables. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.export.download.candidates import CandidateSet
from crawler.export.download.choice import RejectedTrack
from crawler.export.files.manifest import Clip


@dataclass(frozen=True, slots=True)
class CardData:
    """What is in the data set, and what is not."""

    chosen: CandidateSet
    clips: tuple[Clip, ...]
    left_out: tuple[RejectedTrack, ...]
    splits: tuple[str, ...]


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown; what is in its cells cannot break it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_safe, line))} |" for line in lines)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def percent(part: float) -> str:
    """A share as people read it.

    >>> percent(0.125), percent(0.8)
    ('12.5 %', '80 %')
    """
    return f"{round(part * 100, 1):g} %"


def count_of(number: int, what: str) -> str:
    """A number of things.

    >>> count_of(1, "vote"), count_of(1000, "vote")
    ('1 vote', '1,000 votes')
    """
    return f"{number:,} {what}" + ("" if number == 1 else "s")
