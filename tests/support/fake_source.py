"""A music source over a small world in memory, for tests of the crawl."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.sources.base import (
    Answer,
    ArtistGenres,
    Capability,
    GenreArtists,
    NotFound,
    PlaylistTracks,
    Preview,
    RelatedArtists,
    Source,
    Terms,
    Tracks,
)
from graph.model.music import (
    Artist,
    ArtistId,
    HasGenre,
    Identity,
    Performs,
    Playlist,
    PlaylistId,
    Related,
    Track,
    TrackId,
)


@dataclass(frozen=True)
class World:
    """Related lists and genres by a bare name; the id of "a" is "fake:a"."""

    related: Mapping[str, Sequence[str]]
    genres: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without_tracks: frozenset[str] = frozenset()
    playlists: Mapping[str, Sequence[str]] = field(default_factory=dict)


def artist(name: str) -> Artist:
    return Artist(ArtistId(f"fake:{name}"), name, "fake", followers=len(name))


def bare(artist_id: str) -> str:
    return artist_id.partition(":")[2]


class FakeSource(Source):
    """Answers every request from a `World`; `before` may raise instead.

    Attributes:
        requests: What was requested, in order: ("related", "a"), ("genres", "a,b"), ...
    """

    name = "fake"
    capabilities: Mapping[Capability, int] = dict.fromkeys(Capability, 1) | {
        Capability.GENRES: 5
    }
    terms = Terms("Invented.", "https://example.invalid", "nothing")

    def __init__(
        self,
        world: World,
        *,
        before: Callable[[str, str], None] = lambda question, subject: None,
    ) -> None:
        self._world = world
        self._before = before
        self._lock = threading.Lock()
        self.requests: list[tuple[str, str]] = []

    def _ask(self, question: str, subject: str) -> Mapping[str, int]:
        self._before(question, subject)
        with self._lock:
            self.requests.append((question, subject))
        return {"fake": 1}

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:
        requests = self._ask("search", text)
        names = [n for n in self._world.related if n.casefold() == text.casefold()]
        return Answer(tuple(artist(name) for name in names), requests)

    def artist(self, artist: ArtistId) -> Answer[Artist] | NotFound:
        requests = self._ask("artist", bare(artist))
        if bare(artist) not in self._world.related:
            return NotFound(requests)
        return Answer(globals()["artist"](bare(artist)), requests)

    def related(self, artist: ArtistId) -> Answer[RelatedArtists] | NotFound:
        name = bare(artist)
        requests = self._ask("related", name)
        if name not in self._world.related:
            return NotFound(requests)
        relatives = [globals()["artist"](n) for n in self._world.related[name]]
        edges = [
            Related(artist, relative.id, "fake", rank)
            for rank, relative in enumerate(relatives, start=1)
        ]
        return Answer(RelatedArtists(tuple(relatives), tuple(edges)), requests)

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:
        requests = self._ask("genres", ",".join(map(bare, artists)))
        tagged = [a for a in artists if self._world.genres.get(bare(a))]
        identities = [Identity(a, f"mbid-{bare(a)}", "fake url") for a in tagged]
        edges = [
            HasGenre(a, genre, "fake", 2, 1.0)
            for a in tagged
            for genre in self._world.genres[bare(a)]
        ]
        return Answer(ArtistGenres(tuple(identities), tuple(edges)), requests)

    def artists_by_genre(
        self, genres: Sequence[str], *, count: int, id_space: str
    ) -> Answer[GenreArtists]:
        requests = self._ask("by_genre", ",".join(genres))
        found = [
            artist(name)
            for name, tags in sorted(self._world.genres.items())
            if set(tags) & set(genres)
        ][:count]
        edges = [
            HasGenre(a.id, genre, "fake", 2, 1.0)
            for a in found
            for genre in self._world.genres[a.name]
        ]
        return Answer(GenreArtists(tuple(found), (), tuple(edges), 0), requests)

    def genre_names(self) -> Answer[tuple[str, ...]]:
        requests = self._ask("genre_names", "")
        names = {genre for tags in self._world.genres.values() for genre in tags}
        return Answer(tuple(sorted(names)), requests)

    def top_tracks(self, artist: ArtistId) -> Answer[Tracks] | NotFound:
        name = bare(artist)
        requests = self._ask("tracks", name)
        if name in self._world.without_tracks:
            return NotFound(requests)
        return Answer(self._tracks([name]), requests)

    def _tracks(self, names: Sequence[str]) -> Tracks:
        tracks = [
            Track(TrackId(f"fake:t-{n}"), f"Song of {n}", "fake", has_preview=True)
            for n in names
        ]
        performs = [
            Performs(artist(n).id, t.id, 1) for n, t in zip(names, tracks, strict=True)
        ]
        return Tracks(tuple(tracks), tuple(performs), tuple(map(artist, names)))

    def find_playlists(self, text: str) -> Answer[tuple[Playlist, ...]]:
        requests = self._ask("playlists", text)
        names = [n for n in self._world.playlists if text.casefold() in n.casefold()]
        lists = [Playlist(PlaylistId(f"fake:{name}"), name) for name in names]
        return Answer(tuple(lists), requests)

    def playlist(self, playlist: PlaylistId) -> Answer[PlaylistTracks] | NotFound:
        requests = self._ask("playlist", bare(playlist))
        names = self._world.playlists[bare(playlist)]
        opened = Playlist(playlist, bare(playlist), track_count=len(names))
        return Answer(PlaylistTracks(opened, self._tracks(names)), requests)

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:
        return NotFound(self._ask("preview", track))
