"""Detects a source that suddenly returns empty answers to everything.

This has happened: genres vanished for days, related artists for good. Empty answers are
therefore held back until another answer of the same group in the round is not empty. Those
still held at the end of the round are compared with the earlier answers in the graph: if
that many empty answers cannot be chance, the crawl stops and writes none of them.
"""

from crawler.crawl.frontier import Frontier
from crawler.errors import AnomalyError
from graph.model.crawl import WorkKind, WorkResult
from graph.model.music import Question

# With fewer artists in the round, or fewer earlier answers, empty answers prove nothing and
# are written.
MIN_ARTISTS = 30
MIN_HISTORY = 100

# The probability, given the answers so far, below which "all empty" is not chance.
MAX_PROBABILITY = 1e-12

AnswerGroup = tuple[WorkKind, str]


class EmptyAnswerDetector:
    """Holds back the empty answers of one round."""

    def __init__(self, frontier: Frontier) -> None:
        self._frontier = frontier
        self._held: dict[AnswerGroup, list[WorkResult]] = {}
        self._nonempty: set[AnswerGroup] = set()

    def filter(self, answer: WorkResult) -> list[WorkResult]:
        """Return the answers that may be written now.

        That is none for an empty answer; the first answer of its group that is not empty
        also releases those that were held back.
        """
        group = self._group(answer)
        if group is None or group in self._nonempty:
            return [answer]
        if _is_empty(answer):
            self._held.setdefault(group, []).append(answer)
            return []
        self._nonempty.add(group)
        return [*self._held.pop(group, []), answer]

    def flush(self) -> list[WorkResult]:
        """Return the answers still held, at the end of a round.

        Raises:
            AnomalyError: A source returned so many empty answers that it cannot be chance.
        """
        for group, answers in self._held.items():
            self._check(group, answers)
        held = [answer for answers in self._held.values() for answer in answers]
        self._held.clear()
        return held

    def _group(self, answer: WorkResult) -> AnswerGroup | None:
        """The group of comparable answers; None where empty answers are not checked."""
        if answer.changes.failed:
            return None
        if answer.item.kind is WorkKind.GENRES:
            return WorkKind.GENRES, "all"
        if answer.item.kind is WorkKind.RELATED:
            return WorkKind.RELATED, self._frontier.stratum(answer.item.artists[0])
        return None

    def _check(self, group: AnswerGroup, answers: list[WorkResult]) -> None:
        kind, stratum = group
        requested = sum(len(answer.item.artists) for answer in answers)
        if requested < MIN_ARTISTS:
            return
        is_related = kind is WorkKind.RELATED
        empty, nonempty = self._frontier.history(
            Question.RELATED if is_related else Question.GENRES,
            stratum if is_related else None,
        )
        if (
            empty + nonempty < MIN_HISTORY
            or (empty / (empty + nonempty)) ** requested > MAX_PROBABILITY
        ):
            return
        what = "relatives" if is_related else "genres"
        raise AnomalyError(
            f"all {requested} artists requested in this round came back without {what}, while "
            f"{nonempty} of the {empty + nonempty} before had some: the source has changed; "
            "none of these answers was written",
            hint="Check with `genregraph probe`; if the answers are right after all, "
            "run the same command with --accept-none.",
        )


def _is_empty(answer: WorkResult) -> bool:
    return not answer.changes.related and not answer.changes.genres
