"""Finds the seeds of a crawl: looks up named artists and playlists, plans those by genre.

Named seeds are looked up before anything is written, so that a misspelt one changes
nothing. Seeds by genre become work items of round 0, one per class.
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

# Genre names in one search for the artists of a class: more would make the query too long,
# and the first ones, the plainest names, have the most artists.
GENRES_PER_CLASS = 20


@dataclass(frozen=True, slots=True)
class Seeds:
    """The named seeds that were found, and the work items that find the others.

    Attributes:
        requests: Requests spent on looking them up, per service.
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
        SeedError: Some seeds were not found; the message names all of them.
    """
    search = _Search(roles.related, progress)
    found = [search.artist(text) for text in rules.artists]
    found += [search.playlist(text) for text in rules.playlists]
    for class_name in recipe.class_names if rules.playlists_per_class else ():
        found += search.of_class(class_name, rules.playlists_per_class)
    search.raise_if_missing()
    items = _by_genre(rules.by_genre, recipe, roles, number, search, progress)
    return Seeds(merge(found), items, search.requests)


def merge(changes: Sequence[Changes]) -> Changes:
    """Combine changes into one."""
    return Changes(
        **{
            field.name: tuple(x for each in changes for x in getattr(each, field.name))
            for field in fields(Changes)
        }
    )


class _Search:
    """Looks up seeds one by one; collects those not found and counts the requests."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self._source = source
        self._progress = progress
        self._missing: list[str] = []
        self.requests: dict[str, int] = {}

    def count(self, requests: Mapping[str, int]) -> None:
        """Add the requests of an answer."""
        for service, number in requests.items():
            self.requests[service] = self.requests.get(service, 0) + number

    def raise_if_missing(self) -> None:
        """Raise `SeedError` if any seed was not found."""
        if self._missing:
            raise SeedError("; ".join(self._missing))

    def artist(self, text: str) -> Changes:
        """Look up a seed artist by id ("deezer:27") or by name."""
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
        """Return the artist with exactly that name and the most fans."""
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
        if best.followers is None:  # Spotify gives new apps no numbers
            return f"the first one that {self._source.name} returns, as it gives no fan counts"
        return f"the one with the most fans ({best.followers:,})"

    def playlist(self, text: str) -> Changes:
        """Read the artists of a playlist, by id, or of the first one found by name."""
        if self._is_id(text):
            return self._open(Playlist(PlaylistId(text), text))
        found = self._playlists(text, 1)
        if not found:
            self._missing.append(f'{self._source.name} has no playlist "{text}"')
        return merge(found)

    def of_class(self, class_name: str, count: int) -> list[Changes]:
        """Read the artists of the first playlists found by the name of a class.

        A class without a playlist is not an error of the user: it is only reported.
        """
        found = self._playlists(class_name, count)
        if not found:
            none = f"{self._source.name} has no playlist with that name"
            self._progress.say(f'class "{class_name}": {none}')
        return found

    def _playlists(self, text: str, count: int) -> list[Changes]:
        """Read the first playlists found, starting with one of exactly that name."""
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


def _by_genre(  # noqa: PLR0917  all belong to one search
    count: int,
    recipe: Recipe,
    roles: SourceRoles,
    number: int,
    search: _Search,
    progress: Progress,
) -> tuple[WorkItem, ...]:
    """Return one work item per class, with the genre names that match the class."""
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
                f'class "{class_name}": {roles.tagger.name} has no genre that matches it'
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
    """Genres that belong to exactly one class, by class, the plainest name first."""
    own: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (len(name.split()), len(name), name)):
        classes_of_name = classes.classes_of(name)
        if len(classes_of_name) == 1:
            own.setdefault(classes_of_name[0], []).append(name)
    return {name: tuple(genres[:GENRES_PER_CLASS]) for name, genres in own.items()}


class OrderedSeeds:
    """Puts the results of a round's `SEEDS` items in the order of the plan.

    A result is held back until all those before it have arrived, so that the graph does not
    depend on the order of arrival.
    """

    def __init__(self, items: Sequence[WorkItem]) -> None:
        seeds = [item for item in items if item.kind is WorkKind.SEEDS]
        seeds.sort(key=lambda item: (item.round, item.position), reverse=True)
        self._pending = [item.id for item in seeds]
        self._arrived: dict[str, WorkResult] = {}

    def add(self, result: WorkResult) -> list[WorkResult]:
        """Add a result, and return those that are now next in order."""
        self._arrived[result.item.id] = result
        ready = []
        while self._pending and self._pending[-1] in self._arrived:
            ready.append(self._arrived.pop(self._pending.pop()))
        return ready


def without_known(answer: WorkResult, frontier: Frontier) -> WorkResult:
    """Remove from an answer the genres of artists whose genres are in the graph already."""
    changes = answer.changes
    old = {
        artist
        for artist in changes.seeds
        if artist in frontier.nodes
        and frontier.nodes[artist].state(Question.GENRES).answered
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
