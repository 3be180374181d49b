"""A music world: the artists, tracks and playlists that the stand-in answers from.

Three makers: `bundled_world()` for the demo and the tests, `make_world(...)` of any
size from a seed, and `read_world(folder)` from a folder of JSON lines.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

T = TypeVar("T")
DEEZER_PAGE = "https://www.deezer.com/artist/{}"
SPOTIFY_PAGE = "https://open.spotify.com/artist/{}"
# Deezer's value for an unknown date.
NO_DATE = "0000-00-00"


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into words, without case, accents and punctuation.

    >>> words_of("Röyal-Moon & the R&B")
    ('royal', 'moon', 'the', 'r', 'b')
    """
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return tuple(re.findall(r"\w+", kept))


def contains_phrase(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words contain the phrase in sequence.

    >>> contains_phrase(("old", "black", "metal"), ("black", "metal"))
    True
    """
    width = len(phrase)
    return any(words[i : i + width] == phrase for i in range(len(words) - width + 1))


def match_all_words(text: str, index: Mapping[str, Sequence[T]]) -> list[T]:
    """Return the values that match all words of a text; values are compared by identity."""
    lists = [index.get(word, ()) for word in dict.fromkeys(words_of(text))]
    if not lists:
        return []
    first, *others = sorted(lists, key=len)
    also = [{id(value) for value in other} for other in others]
    return [value for value in first if all(id(value) in ids for ids in also)]


class PreviewFault(StrEnum):
    """A deliberate fault of a track's preview, for the checks to find."""

    SILENCE = "silence"
    TRUNCATED = "truncated"
    HTML = "html"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class WorldArtist:
    """An artist on Deezer, and on Spotify under another id.

    Attributes:
        family: The sound of the artist, even if no service lists a genre.
        genres: Genre names with net votes (at least 0) that MusicBrainz would list.
        related: Ids of relatives, nearest first.
        mbid: None if MusicBrainz does not know the artist's page.
    """

    id: int
    name: str
    family: str
    genres: tuple[tuple[str, int], ...]
    related: tuple[int, ...]
    fans: int
    mbid: str | None


@dataclass(frozen=True, slots=True)
class MusicBrainzEntry:
    """An artist on MusicBrainz.

    Attributes:
        genres: Genre names with votes.
        tags: Other tags with votes, which are not genres.
        pages: URLs of its pages elsewhere; ListenBrainz lists the first, and the first
            on Spotify.
    """

    mbid: str
    name: str
    genres: tuple[tuple[str, int], ...]
    tags: tuple[tuple[str, int], ...]
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorldTrack:
    """A track on Deezer.

    Attributes:
        artists: Ids of all credited artists, the main artist first.
        duration: Length of the whole track, in seconds.
        rank: Deezer's popularity, to 1,000,000.
        family: The sound of the track.
    """

    id: int
    title: str
    artists: tuple[int, ...]
    duration: int
    isrc: str
    explicit: bool
    rank: int
    album: str
    album_id: int
    release_date: str
    has_preview: bool
    family: str
    fault: PreviewFault | None = None


@dataclass(frozen=True, slots=True)
class WorldPlaylist:
    """A public playlist on Deezer."""

    id: int
    title: str
    owner: str
    tracks: tuple[int, ...]


@dataclass(frozen=True)
class World:
    """A whole world. The look-ups below are built on first use.

    Attributes:
        genre_names: MusicBrainz' list of genres, including some that are not in use.
        deezer_genres: The coarse Deezer genre of a family, for albums.
        spotify_ids: Given Spotify ids of artists; others are computed.
    """

    artists: Mapping[int, WorldArtist]
    entries: Mapping[str, MusicBrainzEntry]
    tracks: Mapping[int, WorldTrack]
    playlists: Mapping[int, WorldPlaylist]
    genre_names: tuple[str, ...]
    deezer_genres: Mapping[str, int] = field(default_factory=dict)
    spotify_ids: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def tracks_of(self) -> Mapping[int, tuple[WorldTrack, ...]]:
        """Tracks by credited artist, most popular first."""
        found: dict[int, list[WorldTrack]] = {}
        for track in self.tracks.values():
            for artist in track.artists:
                found.setdefault(artist, []).append(track)
        return {
            artist: tuple(sorted(tracks, key=lambda t: (-t.rank, t.id)))
            for artist, tracks in found.items()
        }

    @cached_property
    def albums(self) -> Mapping[int, tuple[WorldTrack, ...]]:
        """Tracks by album, in album order."""
        found: dict[int, list[WorldTrack]] = {}
        for track in self.tracks.values():
            found.setdefault(track.album_id, []).append(track)
        return {album: tuple(tracks) for album, tracks in found.items()}

    @cached_property
    def albums_of(self) -> Mapping[int, tuple[int, ...]]:
        """Album ids by main artist."""
        found: dict[int, dict[int, None]] = {}
        for track in self.tracks.values():
            found.setdefault(track.artists[0], {})[track.album_id] = None
        return {artist: tuple(albums) for artist, albums in found.items()}

    @cached_property
    def by_isrc(self) -> Mapping[str, WorldTrack]:
        """One arbitrary track per ISRC."""
        return {track.isrc: track for track in self.tracks.values()}

    @cached_property
    def by_page(self) -> Mapping[str, MusicBrainzEntry]:
        """MusicBrainz entries by the URL of each of their pages."""
        return {page: entry for entry in self.entries.values() for page in entry.pages}

    @cached_property
    def by_tag_word(self) -> Mapping[str, tuple[MusicBrainzEntry, ...]]:
        """MusicBrainz entries by each word of each of their tags."""
        return _by_word(
            (entry, (name for name, _ in (*entry.genres, *entry.tags)))
            for entry in self.entries.values()
        )

    @cached_property
    def entries_by_word(self) -> Mapping[str, tuple[MusicBrainzEntry, ...]]:
        """MusicBrainz entries by each word of their name."""
        return _by_word((entry, (entry.name,)) for entry in self.entries.values())

    @cached_property
    def artists_by_word(self) -> Mapping[str, tuple[WorldArtist, ...]]:
        """Deezer artists by each word of their name."""
        return _by_word((artist, (artist.name,)) for artist in self.artists.values())

    @cached_property
    def tracks_by_word(self) -> Mapping[str, tuple[WorldTrack, ...]]:
        """Tracks by each word of their title and their artists' names."""
        return _by_word(
            (track, (track.title, *(self.artists[a].name for a in track.artists)))
            for track in self.tracks.values()
        )

    @cached_property
    def playlists_by_word(self) -> Mapping[str, tuple[WorldPlaylist, ...]]:
        """Playlists by each word of their title."""
        return _by_word((found, (found.title,)) for found in self.playlists.values())


def _by_word(
    texts: Iterable[tuple[T, Iterable[str]]],
) -> Mapping[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for value, names in texts:
        for word in dict.fromkeys(w for name in names for w in words_of(name)):
            found.setdefault(word, []).append(value)
    return {word: tuple(values) for word, values in found.items()}
