"""Noticing a source that suddenly answers "none" to everything.

It happened: genres vanished for days, related artists for good. Answers that say
"none" are held back until the round holds one of their sort that says something;
what is still held at the end of the round is judged by what the graph knows.
"""

from crawler.crawl.frontier import Frontier
from crawler.errors import AnomalyError
from graph.model.crawl import WorkKind, WorkResult
from graph.model.music import Question

# Fewer answers than this are written as they are: a small round proves nothing.
FEWEST_ASKED = 30
FEWEST_KNOWN = 100

# How unlikely it must be, going by the answers so far, that all said "none" by chance.
CHANCE = 1e-12

Sort = tuple[WorkKind, str]


class EmptyAnswerDetector:
    """Holds back the "none" answers of one round."""

    def __init__(self, known: Frontier) -> None:
        self._known = known
        self._held: dict[Sort, list[WorkResult]] = {}
        self._spoken: set[Sort] = set()

    def admit(self, answer: WorkResult) -> list[WorkResult]:
        """The answers that may be written now: this one, those it clears, or none."""
        sort = self._sort(answer)
        if sort is None or sort in self._spoken:
            return [answer]
        if _says_none(answer):
            self._held.setdefault(sort, []).append(answer)
            return []
        self._spoken.add(sort)
        return [*self._held.pop(sort, []), answer]

    def settle(self) -> list[WorkResult]:
        """The answers still held, at the end of a round.

        Raises:
            AnomalyError: A source said "none" so often that it cannot be chance.
        """
        for sort, answers in self._held.items():
            self._judge(sort, answers)
        held = [answer for answers in self._held.values() for answer in answers]
        self._held.clear()
        return held

    def _sort(self, answer: WorkResult) -> Sort | None:
        """Answers that can be compared; None for those that are not watched."""
        if answer.changes.failed:
            return None
        if answer.item.kind is WorkKind.GENRES:
            return WorkKind.GENRES, "all"
        if answer.item.kind is WorkKind.RELATED:
            return WorkKind.RELATED, self._known.stratum(answer.item.artists[0])
        return None

    def _judge(self, sort: Sort, answers: list[WorkResult]) -> None:
        kind, stratum = sort
        asked = sum(len(answer.item.artists) for answer in answers)
        if asked < FEWEST_ASKED:
            return
        is_related = kind is WorkKind.RELATED
        none, some = self._known.history(
            Question.RELATED if is_related else Question.GENRES,
            stratum if is_related else None,
        )
        if none + some < FEWEST_KNOWN or (none / (none + some)) ** asked > CHANCE:
            return
        what = "relatives" if is_related else "genres"
        raise AnomalyError(
            f"all {asked} artists asked in this round came back without {what}, while "
            f"{some} of the {none + some} before had some: the source has changed; "
            "none of these answers was written",
            hint="Look with `genregraph probe`; if the answers are right after all, "
            "run the same command with --accept-none.",
        )


def _says_none(answer: WorkResult) -> bool:
    return not answer.changes.related and not answer.changes.genres
