"""Fetches one work item from the source responsible for it, and returns a `WorkResult`.

Called from the threads of the pool; holds no state.
"""

import json
from collections.abc import Mapping

from crawler.errors import SourceError
from crawler.recipe.model import Recipe
from crawler.sources.base import ArtistGenres, NotFound
from crawler.sources.roles import SourceRoles, identifies
from graph.model.crawl import WorkItem, WorkKind, WorkResult
from graph.model.genres import ClassMap
from graph.model.music import Answered, Changes, Failed, HasGenre, Question

QUESTIONS: Mapping[WorkKind, Question] = {
    WorkKind.GENRES: Question.GENRES,
    WorkKind.RELATED: Question.RELATED,
    WorkKind.TRACKS: Question.TRACKS,
}


def seeds_subject(class_name: str, genres: tuple[str, ...], count: int) -> str:
    """The subject of a `SEEDS` item: `count` artists of a class by its genre names."""
    subject = {"class": class_name, "genres": genres, "count": count}
    return json.dumps(subject, ensure_ascii=False)


class Fetcher:
    """Fetches work items and turns answers into changes of the graph."""

    def __init__(self, roles: SourceRoles, recipe: Recipe) -> None:
        self._roles = roles
        self._classes = ClassMap(recipe.classes)

    def fetch(self, item: WorkItem) -> WorkResult:
        """Fetch one work item.

        Raises:
            SourceError: The source did not answer it.
        """
        fetch = {
            WorkKind.SEEDS: self._seeds,
            WorkKind.GENRES: self._genres,
            WorkKind.RELATED: self._related,
            WorkKind.TRACKS: self._tracks,
        }[item.kind]
        return fetch(item)

    def _related(self, item: WorkItem) -> WorkResult:
        artist = item.artists[0]
        answer = self._roles.related.related(artist)
        done = (Answered(artist, Question.RELATED, self._roles.related.name),)
        if isinstance(answer, NotFound):
            return WorkResult(item, Changes(answered=done), answer.requests)
        # Only artists that have genres count as answered here. The others are requested by
        # a `GENRES` item, because those are checked for a source that stopped giving any.
        genres = answer.value.genres if self._roles.related_includes_genres else ()
        tagged = dict.fromkeys(edge.artist for edge in genres)
        name = self._roles.related.name
        changes = Changes(
            artists=answer.value.artists,
            related=answer.value.edges,
            genres=genres,
            in_class=self._in_class(genres),
            answered=(*done, *(Answered(a, Question.GENRES, name) for a in tagged)),
        )
        return WorkResult(item, changes, answer.requests)

    def _tracks(self, item: WorkItem) -> WorkResult:
        artist = item.artists[0]
        answer = self._roles.tracks.top_tracks(artist)
        done = (Answered(artist, Question.TRACKS, self._roles.tracks.name),)
        if isinstance(answer, NotFound):
            return WorkResult(item, Changes(answered=done), answer.requests)
        value = answer.value
        changes = Changes(
            artists=value.artists,
            tracks=value.tracks,
            performs=value.performs,
            answered=done,
        )
        return WorkResult(item, changes, answer.requests)

    def _genres(self, item: WorkItem) -> WorkResult:
        """Request all from the first source; from each further one, those still without genres."""
        waiting = item.artists
        found = ArtistGenres((), ())
        requests: dict[str, int] = {}
        name = self._roles.genres[0].name
        answered = [Answered(artist, Question.GENRES, name) for artist in waiting]
        for source in self._roles.genres:
            answer = source.genres(waiting)
            if identifies(source):
                answered += (
                    Answered(artist, Question.IDENTITY, source.name)
                    for artist in waiting
                )
            found = ArtistGenres(
                found.identities + answer.value.identities,
                found.genres + answer.value.genres,
            )
            _add(requests, answer.requests)
            tagged = {edge.artist for edge in found.genres}
            waiting = tuple(artist for artist in waiting if artist not in tagged)
            if not waiting:
                break
        changes = Changes(
            identities=found.identities,
            genres=found.genres,
            in_class=self._in_class(found.genres),
            answered=tuple(answered),
        )
        return WorkResult(item, changes, requests)

    def _seeds(self, item: WorkItem) -> WorkResult:
        subject = json.loads(item.subject or "{}")
        tagger = self._roles.tagger
        answer = tagger.artists_by_genre(
            tuple(subject["genres"]),
            count=subject["count"],
            id_space=self._roles.related.name,
        )
        value = answer.value
        ids = tuple(artist.id for artist in value.artists)
        # Where MusicBrainz is the first source of genres, this answer covers identity and
        # genres. Where another source comes first, the genres of the seeds are requested from it later.
        is_first = tagger is self._roles.genres[0]
        genres = value.genres if is_first else ()
        questions = (Question.IDENTITY, *((Question.GENRES,) if is_first else ()))
        changes = Changes(
            artists=value.artists,
            seeds=ids,
            identities=value.identities,
            genres=genres,
            in_class=self._in_class(genres),
            answered=tuple(Answered(a, q, tagger.name) for a in ids for q in questions),
        )
        return WorkResult(item, changes, answer.requests)

    def _in_class(self, genres: tuple[HasGenre, ...]) -> tuple[tuple[str, str], ...]:
        names = sorted({edge.genre for edge in genres})
        return self._classes.in_class(names)


def record_failure(
    item: WorkItem, source: str, error: SourceError, tries: int
) -> WorkResult:
    """Return the result that records why a work item was not answered."""
    question = QUESTIONS.get(item.kind)
    failed = tuple(
        Failed(artist, question, source, str(error), tries)
        for artist in item.artists
        if question is not None
    )
    return WorkResult(item, Changes(failed=failed), {})


def _add(total: dict[str, int], requests: Mapping[str, int]) -> None:
    for service, count in requests.items():
        total[service] = total.get(service, 0) + count
