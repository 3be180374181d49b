"""Seeds by genre, let in by the order of the plan: the first class to tag an artist wins.

Two artists of MusicBrainz may share one page, and then two classes find different
genres for one id. Whose answer came first must not decide.
"""

from collections.abc import Sequence
from dataclasses import replace

from crawler.knowledge import Knowledge
from graph.crawl_state import Slice, SliceAnswer, SliceKind
from graph.model import Question


class SeedsInOrder:
    """Holds back the answers of a round's `SEEDS` slices until it is their turn."""

    def __init__(self) -> None:
        self._turn: list[str] = []
        self._come: dict[str, SliceAnswer] = {}

    def expect(self, slices: Sequence[Slice]) -> None:
        """These are asked from now on; `SEEDS` slices are leased all together."""
        seeds = [part for part in slices if part.kind is SliceKind.SEEDS]
        if seeds:
            seeds.sort(key=lambda part: (part.round, part.position), reverse=True)
            self._turn = [part.id for part in seeds]
            self._come.clear()

    def admit(self, answer: SliceAnswer) -> list[SliceAnswer]:
        """The answers whose turn it is now that this one is there, in order."""
        if answer.slice.kind is not SliceKind.SEEDS:
            return [answer]
        self._come[answer.slice.id] = answer
        ready = []
        while self._turn and self._turn[-1] in self._come:
            ready.append(self._come.pop(self._turn.pop()))
        return ready


def without_known(answer: SliceAnswer, known: Knowledge) -> SliceAnswer:
    """An answer without genres of artists whose genres are in the graph already."""
    changes = answer.changes
    old = {
        artist
        for artist in changes.seeds
        if artist in known.nodes and known.nodes[artist].state(Question.GENRES).answered
    }
    if not old:
        return answer
    genres = tuple(edge for edge in changes.genres if edge.artist not in old)
    names = {edge.genre for edge in genres}
    kept = replace(
        changes,
        genres=genres,
        in_class=tuple(pair for pair in changes.in_class if pair[0] in names),
        identities=tuple(i for i in changes.identities if i.artist not in old),
        answered=tuple(a for a in changes.answered if a.artist not in old),
    )
    return replace(answer, changes=kept)
