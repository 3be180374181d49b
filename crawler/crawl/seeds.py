"""Where a crawl starts: named artists and playlists looked up, genres planned.

Named seeds are looked up before anything is written, so that a misspelt one leaves
no trace. Seeds by genre are work items of round 0, one a class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from crawler.console.progress import Progress
from crawler.crawl.fetch import seeds_subject
from crawler.crawl.frontier import Frontier
from crawler.errors import SeedError
from crawler.recipe.model import Recipe, SeedRules
from crawler.sources.base import NotFound, PlaylistTracks, Source
from crawler.sources.ranking import best_artists, best_playlists, homonyms
from crawler.sources.roles import SourceRoles
from graph.model.crawl import WorkItem, WorkKind, WorkResult
from graph.model.genres import ClassMap
from graph.model.music import (
    Artist,
    ArtistId,
    Changes,
    Contains,
    Playlist,
    PlaylistId,
    Question,
)

# Genre names that one search for a class's artists holds: more make a query too long,
# and the first ones, nearest to the class's own words, have the most artists.
GENRES_PER_CLASS = 20


@dataclass(frozen=True, slots=True)
class Seeds:
    """The named seeds, found, and the work items that find the others.

    Attributes:
        requests: What looking them up took, per service.
    """

    changes: Changes
    items: tuple[WorkItem, ...]
    requests: Mapping[str, int]


def find_seeds(
    rules: SeedRules,
    recipe: Recipe,
    roles: SourceRoles,
    *,
    number: int,
    progress: Progress,
) -> Seeds:
    """Look up the named seeds of `rules` and plan those by genre for round `number`.

    Raises:
        SeedError: Seeds that the source does not know, all of them named.
    """
    search = _Search(roles.related, progress)
    found = [search.artist(text) for text in rules.artists]
    found += [search.playlist(text) for text in rules.playlists]
    for class_name in recipe.class_names if rules.playlists_per_class else ():
        found += search.of_class(class_name, rules.playlists_per_class)
    search.raise_if_missing()
    items = _by_genre(rules.by_genre, recipe, roles, number, search, progress)
    return Seeds(merge(found), items, search.requests)


def merge(parts: Sequence[Changes]) -> Changes:
    """All changes as one."""
    return Changes(
        **{
            field.name: tuple(x for part in parts for x in getattr(part, field.name))
            for field in fields(Changes)
        }
    )


class _Search:
    """Looks seeds up, one by one; keeps what is missing and what it cost."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self._source = source
        self._progress = progress
        self._missing: list[str] = []
        self.requests: dict[str, int] = {}

    def count(self, requests: Mapping[str, int]) -> None:
        """Add what an answer took."""
        for service, number in requests.items():
            self.requests[service] = self.requests.get(service, 0) + number

    def raise_if_missing(self) -> None:
        """Stop where a seed was not found."""
        if self._missing:
            raise SeedError("; ".join(self._missing))

    def artist(self, text: str) -> Changes:
        """A seed artist, by id ("deezer:27") or by name."""
        artist = self._by_id(text) if self._is_id(text) else self._by_name(text)
        return Changes(artists=(artist,), seeds=(artist.id,)) if artist else Changes()

    def _is_id(self, text: str) -> bool:
        prefix, _, number = text.partition(":")
        return prefix == self._source.name and bool(number) and " " not in number

    def _by_id(self, text: str) -> Artist | None:
        answer = self._source.artist(ArtistId(text))
        self.count(answer.requests)
        if isinstance(answer, NotFound):
            self._missing.append(f"{self._source.name} has no artist with id {text}")
            return None
        return answer.value

    def _by_name(self, text: str) -> Artist | None:
        """The artist of exactly that name who has the most fans."""
        answer = self._source.find_artists(text)
        self.count(answer.requests)
        same = homonyms(answer.value, text)
        if not same:
            others = ", ".join(
                f'"{a.name}" ({a.id})' for a in best_artists(answer.value, text)[:3]
            )
            found = f"; found instead: {others}" if others else ""
            self._missing.append(
                f'{self._source.name} has no artist named "{text}"{found}'
            )
            return None
        best = same[0]
        if len(same) > 1:
            self._progress.say(
                f'seed "{text}": {len(same)} artists have this name; took {best.id}, '
                + self._why_best(best)
            )
        return best

    def _why_best(self, best: Artist) -> str:
        if best.followers is None:  # as Spotify has it for new apps
            return f"the first that {self._source.name} names: it tells no fans"
        return f"the one with the most fans ({best.followers:,})"

    def playlist(self, text: str) -> Changes:
        """The artists of a playlist, by id or name; else of the first one found."""
        if self._is_id(text):
            return self._open(Playlist(PlaylistId(text), text))
        found = self._playlists(text, 1)
        if not found:
            self._missing.append(f'{self._source.name} has no playlist "{text}"')
        return merge(found)

    def of_class(self, class_name: str, count: int) -> list[Changes]:
        """The artists of the first playlists found by the words of a class.

        None is no mistake of the person's, and said only.
        """
        found = self._playlists(class_name, count)
        if not found:
            none = f"{self._source.name} has no playlist of that name"
            self._progress.say(f'class "{class_name}": {none}')
        return found

    def _playlists(self, text: str, count: int) -> list[Changes]:
        """The first playlists found, one of exactly that name first."""
        answer = self._source.find_playlists(text)
        self.count(answer.requests)
        ranked = best_playlists(answer.value, text)
        return [self._open(playlist) for playlist in ranked[:count]]

    def _open(self, playlist: Playlist) -> Changes:
        answer = self._source.playlist(PlaylistId(playlist.id))
        self.count(answer.requests)
        if isinstance(answer, NotFound):
            self._missing.append(f'the playlist "{playlist.name}" cannot be read')
            return Changes()
        self._progress.say(
            f'playlist "{answer.value.playlist.name}" ({playlist.id}): '
            f"{len(answer.value.tracks.tracks)} tracks"
        )
        return _playlist_changes(answer.value)


def _playlist_changes(opened: PlaylistTracks) -> Changes:
    """A playlist as changes: the main artist of each track becomes a seed."""
    listed = opened.tracks
    seeds = dict.fromkeys(p.artist for p in listed.performs if p.position == 1)
    return Changes(
        artists=listed.artists,
        seeds=tuple(seeds),
        tracks=listed.tracks,
        performs=listed.performs,
        playlists=(opened.playlist,),
        contains=tuple(
            Contains(opened.playlist.id, track.id, position)
            for position, track in enumerate(listed.tracks, start=1)
        ),
    )


def _by_genre(  # noqa: PLR0917  each is a part of the same question
    count: int,
    recipe: Recipe,
    roles: SourceRoles,
    number: int,
    search: _Search,
    progress: Progress,
) -> tuple[WorkItem, ...]:
    """One work item a class, each with the genre names that the class takes."""
    if not count:
        return ()
    names = roles.tagger.genre_names()
    search.count(names.requests)
    by_class = _genres_by_class(names.value, ClassMap(recipe.classes))
    subjects = []
    for class_name in recipe.class_names:
        genres = by_class.get(class_name)
        if not genres:
            progress.say(
                f'class "{class_name}": {roles.tagger.name} has no genre that it takes'
            )
        else:
            subjects.append(seeds_subject(class_name, genres, count))
    kind = WorkKind.SEEDS
    return tuple(
        WorkItem(f"{number}/{kind}/{i}", number, i, kind, (), subject)
        for i, subject in enumerate(subjects)
    )


def _genres_by_class(
    names: Sequence[str], classes: ClassMap
) -> dict[str, tuple[str, ...]]:
    """The genres that belong to one class alone, by class, the plainest first."""
    own: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (len(name.split()), len(name), name)):
        classes_of_name = classes.classes_of(name)
        if len(classes_of_name) == 1:
            own.setdefault(classes_of_name[0], []).append(name)
    return {name: tuple(genres[:GENRES_PER_CLASS]) for name, genres in own.items()}


class OrderedSeeds:
    """Holds back the results of a round's `SEEDS` items until those before are there."""

    def __init__(self, items: Sequence[WorkItem]) -> None:
        seeds = [item for item in items if item.kind is WorkKind.SEEDS]
        seeds.sort(key=lambda item: (item.round, item.position), reverse=True)
        self._due = [item.id for item in seeds]
        self._come: dict[str, WorkResult] = {}

    def admit(self, result: WorkResult) -> list[WorkResult]:
        """The results whose place it is now that this one is there, in order."""
        self._come[result.item.id] = result
        ready = []
        while self._due and self._due[-1] in self._come:
            ready.append(self._come.pop(self._due.pop()))
        return ready


def without_known(answer: WorkResult, known: Frontier) -> WorkResult:
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
