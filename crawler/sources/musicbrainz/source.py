"""The source "musicbrainz": MusicBrainz says who somebody is, ListenBrainz how they sound.

About 3 requests per 100 artists, where one look-up each would take 200.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from crawler.http.client import HttpClient
from crawler.http.urls import is_loopback
from crawler.sources.base import (
    INVENTED_MUSIC,
    Answer,
    ArtistGenres,
    BaseSource,
    Capability,
    GenreArtists,
    Terms,
)
from crawler.sources.musicbrainz import client as musicbrainz
from crawler.sources.musicbrainz import listenbrainz
from crawler.sources.musicbrainz.client import MusicBrainz, Tagged
from crawler.sources.musicbrainz.listenbrainz import ListenBrainz, Metadata
from crawler.sources.musicbrainz.votes import genre_edges
from crawler.sources.profile_urls import artist_on, page_of
from graph.model.music import Artist, ArtistId, HasGenre, Identity

NAME = "musicbrainz"
BY_URL = "musicbrainz url"
BY_RELS = "listenbrainz rels"

# 300 artists of a genre are looked at; who is further down has few votes.
MOST_PAGES = 3

TERMS = Terms(
    summary=(
        "MusicBrainz' core data are free (CC0). Its tags, and so the genres and every "
        "label made from them, are CC BY-NC-SA 3.0: name MusicBrainz, non-commercial, "
        "pass on under the same licence. ListenBrainz serves the same data."
    ),
    url="https://musicbrainz.org/doc/About/Data_License",
    accepting_means=(
        "I name MusicBrainz, use the labels non-commercially, and pass them on only "
        "under CC BY-NC-SA 3.0."
    ),
)


class BulkGenres(BaseSource):
    """Identity and genres, 100 artists a call. See `Source`.

    Answers count one request for the list of genres and none for spelling tags by it:
    it is asked once in a run, whoever needs it first.
    """

    name: str = NAME
    capabilities: Mapping[Capability, int] = {
        Capability.GENRES: musicbrainz.PAGES_PER_REQUEST,
        Capability.BY_GENRE: musicbrainz.ARTISTS_PER_PAGE,
    }

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._musicbrainz = MusicBrainz(client)
        self._listenbrainz = ListenBrainz(client)

    @property
    def terms(self) -> Terms:
        """MusicBrainz', or the stand-in's when that is asked instead."""
        address = self._client.service(musicbrainz.SERVICE).base_url
        return INVENTED_MUSIC if is_loopback(address) else TERMS

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:
        """See `Source.genres`.

        An artist whose page belongs to several MBIDs is ambiguous: it gets none, for
        half of its genres would be somebody else's. Two artists with one MBID both get
        its genres.
        """
        spent: Counter[str] = Counter()
        identities: list[Identity] = []
        for part in _parts(artists, musicbrainz.PAGES_PER_REQUEST):
            identities += self._identify(part, spent)
        known = self._metadata([one.mbid for one in identities], spent)
        edges = tuple(
            edge
            for one in identities
            if one.mbid in known
            for edge in genre_edges(one.artist, known[one.mbid].votes, NAME)
        )
        return Answer(ArtistGenres(tuple(identities), edges), dict(spent))

    def artists_by_genre(
        self, genres: Sequence[str], *, count: int, id_space: str
    ) -> Answer[GenreArtists]:
        """See `Source.artists_by_genre`.

        Searched are the 20 shortest names ("black metal" before "atmospheric black
        metal"), for the general tags have the most votes. Of two MBIDs with one page
        in the id space the first wins.
        """
        wanted = frozenset(genres)
        names = sorted(wanted, key=_generality)[: musicbrainz.GENRES_PER_QUERY]
        spent: Counter[str] = Counter()
        found = _Found(id_space, count)
        for page in range(MOST_PAGES if names else 0):
            tagged = self._musicbrainz.tagged(names, page, genres=wanted)
            spent[musicbrainz.SERVICE] += 1
            for part in _parts(tagged.artists, listenbrainz.ARTISTS_PER_REQUEST):
                if not found.enough:
                    known = self._metadata([one.mbid for one in part], spent)
                    found.add(part, known)
            if tagged.last or found.enough:
                break
        return Answer(found.artists(), dict(spent))

    def genre_names(self) -> Answer[tuple[str, ...]]:
        """See `Source.genre_names`. Over 2,200 of them."""
        return Answer(self._musicbrainz.genre_names(), {musicbrainz.SERVICE: 1})

    def _identify(
        self, artists: Sequence[ArtistId], spent: Counter[str]
    ) -> list[Identity]:
        pages = [page for page in map(page_of, artists) if page]
        if not pages:
            return []
        mbids = self._musicbrainz.mbids(pages)
        spent[musicbrainz.SERVICE] += 1
        return [
            Identity(artist, min(mbids[artist]), BY_URL)
            for artist in artists
            if len(mbids.get(artist, ())) == 1
        ]

    def _metadata(
        self, mbids: Iterable[str], spent: Counter[str]
    ) -> Mapping[str, Metadata]:
        known: dict[str, Metadata] = {}
        each_once = list(dict.fromkeys(mbids))
        for part in _parts(each_once, listenbrainz.ARTISTS_PER_REQUEST):
            known |= self._listenbrainz.metadata(part)
            spent[listenbrainz.SERVICE] += 1
        return known


class _Found:
    """Gathers tagged artists that have a page in an id space, up to a number."""

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

    def add(self, tagged: Sequence[Tagged], known: Mapping[str, Metadata]) -> None:
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
                self._genres += genre_edges(artist.id, metadata.votes, NAME)

    def artists(self) -> GenreArtists:
        return GenreArtists(
            tuple(self._artists.values()),
            tuple(self._identities),
            tuple(self._genres),
            self._without_page,
        )

    def _artist(self, one: Tagged, metadata: Metadata) -> Artist | None:
        for page in metadata.pages:
            if number := artist_on(page, self._id_space):
                return Artist(number, one.name, self._id_space, url=page_of(number))
        return None


def _generality(genre: str) -> tuple[int, int, str]:
    """Few and short words first."""
    return len(genre.split()), len(genre), genre


T = TypeVar("T")


def _parts(values: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (values[i : i + size] for i in range(0, len(values), size))
