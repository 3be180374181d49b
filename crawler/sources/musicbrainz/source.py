"""The source "musicbrainz": identities from MusicBrainz, genres from ListenBrainz.

Both in bulk: about 3 requests per 100 artists, where one look-up each would take 200.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from crawler.http.client import HttpClient
from crawler.sources.base import Answer, ArtistGenres, GenreArtists
from crawler.sources.http_source import HttpSource
from crawler.sources.musicbrainz.client import (
    GENRES_PER_QUERY,
    METADATA_PER_REQUEST,
    Metadata,
    MusicBrainzClient,
    TaggedArtist,
)
from crawler.sources.musicbrainz.service import (
    LISTENBRAINZ,
    NAME,
    PAGES_PER_REQUEST,
    SERVICE,
)
from crawler.sources.registry import artist_on, artist_page
from graph.model.music import Artist, ArtistId, HasGenre, Identity

# What proves an identity.
BY_URL = "musicbrainz url"
BY_RELS = "listenbrainz rels"

# Only the first 300 artists of a genre are read; those after them have few votes.
MAX_PAGES = 3


class MusicBrainzSource(HttpSource):
    """Identity and genres, 100 artists a call. See `Source`.

    The list of genres is requested once in a run, by the first method that needs it:
    `genre_names` counts one request for it, and the other methods count none.
    """

    def __init__(self, client: HttpClient) -> None:
        super().__init__(SERVICE, client)
        self._musicbrainz = MusicBrainzClient(client)

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:
        """See `Source.genres`.

        An artist whose page belongs to several MBIDs is ambiguous. It gets no identity
        and no genres, because half of them would be somebody else's. Two artists with
        one MBID both get its genres.
        """
        spent: Counter[str] = Counter()
        identities: list[Identity] = []
        for part in _parts(artists, PAGES_PER_REQUEST):
            identities += self._identify(part, spent)
        known = self._metadata([one.mbid for one in identities], spent)
        edges = tuple(
            edge
            for one in identities
            if one.mbid in known
            for edge in _genre_edges(one.artist, known[one.mbid].votes)
        )
        return Answer(ArtistGenres(tuple(identities), edges), dict(spent))

    def artists_by_genre(
        self, genres: Sequence[str], *, count: int, id_space: str
    ) -> Answer[GenreArtists]:
        """See `Source.artists_by_genre`.

        Searches for the 20 shortest names ("black metal" before "atmospheric black
        metal"), because the general tags have the most votes. Where two MBIDs share a
        page, the first one wins.
        """
        wanted = frozenset(genres)
        names = sorted(wanted, key=_generality)[:GENRES_PER_QUERY]
        spent: Counter[str] = Counter()
        found = _Found(id_space, count)
        for page in range(MAX_PAGES if names else 0):
            tagged = self._musicbrainz.tagged(names, page, genres=wanted)
            spent[NAME] += 1
            for part in _parts(tagged.artists, METADATA_PER_REQUEST):
                if not found.enough:
                    known = self._metadata([one.mbid for one in part], spent)
                    found.add(part, known)
            if tagged.last or found.enough:
                break
        return Answer(found.artists(), dict(spent))

    def genre_names(self) -> Answer[tuple[str, ...]]:
        """See `Source.genre_names`. Over 2,200 of them."""
        return Answer(self._musicbrainz.genre_names(), {NAME: 1})

    def _identify(
        self, artists: Sequence[ArtistId], spent: Counter[str]
    ) -> list[Identity]:
        pages = [page for page in map(artist_page, artists) if page]
        if not pages:
            return []
        mbids = self._musicbrainz.mbids(pages)
        spent[NAME] += 1
        return [
            Identity(artist, min(mbids[artist]), BY_URL)
            for artist in artists
            if len(mbids.get(artist, ())) == 1
        ]

    def _metadata(
        self, mbids: Iterable[str], spent: Counter[str]
    ) -> Mapping[str, Metadata]:
        known: dict[str, Metadata] = {}
        unique = list(dict.fromkeys(mbids))
        for part in _parts(unique, METADATA_PER_REQUEST):
            known |= self._musicbrainz.metadata(part)
            spent[LISTENBRAINZ] += 1
        return known


class _Found:
    """Collects up to `count` tagged artists that have a page at the wanted service."""

    def __init__(self, id_space: str, count: int) -> None:
        self._id_space = id_space
        self._count = count
        self._artists: dict[ArtistId, Artist] = {}
        self._identities: list[Identity] = []
        self._genres: list[HasGenre] = []
        self._without_page = 0

    @property
    def enough(self) -> bool:
        return len(self._artists) >= self._count

    def add(
        self, tagged: Sequence[TaggedArtist], known: Mapping[str, Metadata]
    ) -> None:
        for one in tagged:
            if self.enough:
                return
            metadata = known.get(one.mbid)
            artist = self._artist(one, metadata) if metadata else None
            if artist is None or metadata is None:
                self._without_page += 1
            elif artist.id not in self._artists:
                self._artists[artist.id] = artist
                self._identities.append(Identity(artist.id, one.mbid, BY_RELS))
                self._genres += _genre_edges(artist.id, metadata.votes)

    def artists(self) -> GenreArtists:
        return GenreArtists(
            tuple(self._artists.values()),
            tuple(self._identities),
            tuple(self._genres),
            self._without_page,
        )

    def _artist(self, one: TaggedArtist, metadata: Metadata) -> Artist | None:
        for page in metadata.pages:
            if found := artist_on(page, self._id_space):
                return Artist(found, one.name, self._id_space, url=artist_page(found))
        return None


def _genre_edges(artist: ArtistId, votes: Mapping[str, int]) -> tuple[HasGenre, ...]:
    """One edge per genre; every `share` is 0 when no genre has a vote above 0."""
    strongest = max(votes.values(), default=0)
    return tuple(
        HasGenre(artist, genre, NAME, count, _share(count, strongest))
        for genre, count in votes.items()
    )


def _share(votes: int, strongest: int) -> float:
    return max(votes, 0) / strongest if strongest > 0 else 0.0


def _generality(genre: str) -> tuple[int, int, str]:
    """Sorts names with few and short words first."""
    return len(genre.split()), len(genre), genre


T = TypeVar("T")


def _parts(values: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (values[i : i + size] for i in range(0, len(values), size))
