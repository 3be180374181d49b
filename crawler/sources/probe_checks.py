"""One cheap question for each capability of a source, and what its answer says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.sources.base import Capability, Gated, NotFound, Source
from crawler.sources.ranking import best_artists, best_playlists
from graph.model.music import ArtistId, TrackId

# Daft Punk, for want of a hit.
_ANYBODY = ArtistId("deezer:27")


_ANYBODY_AT = {"spotify": ArtistId("spotify:4tZwfgrHOc3mvqYlEYSvVi")}


@dataclass(slots=True)
class Subject:
    """Whom and what the questions are about; one answer leads to the next question.

    Attributes:
        found: `artist` was found by its name, so everybody must know it.
    """

    text: str = "the"
    playlist: str = "metal"
    genre: str = "metal"
    artist: ArtistId = _ANYBODY
    found: bool = False
    track: TrackId | None = None

    def meet(self, source: Source) -> None:
        """Forget whom another source found, for one that finds its own."""
        if Capability.SEARCH in source.capabilities:
            self.artist = _ANYBODY_AT.get(source.name, _ANYBODY)
            self.found, self.track = False, None


class ProbeFailedError(Exception):
    """An answer that cannot be true."""


def _search(source: Source, subject: Subject) -> str:
    found = source.find_artists(subject.text).value
    if found:
        subject.artist = best_artists(found, subject.text)[0].id
        subject.found = True
    return f'{len(found)} artists found for "{subject.text}"'


def _artist(source: Source, subject: Subject) -> str:
    answer = source.artist(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    return f"{subject.artist} is {answer.value.name}"


def _related(source: Source, subject: Subject) -> str:
    answer = source.related(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    return f"{len(answer.value.edges)} relatives of {subject.artist}"


def _genres(source: Source, subject: Subject) -> str:
    answer = source.genres([subject.artist]).value
    if not answer.identities:
        return f"{subject.artist} has no identity there"
    return f"{len(answer.genres)} genres of {subject.artist}"


def _by_genre(source: Source, subject: Subject) -> str:
    known = source.genre_names().value
    space = subject.artist.partition(":")[0]
    found = source.artists_by_genre([subject.genre], count=1, id_space=space).value
    return f'{len(found.artists)} artist of "{subject.genre}" looked for among {len(known):,} genres'


def _tracks(source: Source, subject: Subject) -> str:
    answer = source.top_tracks(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    tracks = answer.value.tracks
    with_preview = [track.id for track in tracks if track.has_preview]
    # Where it may be that this app is told of none, one is asked about all the same.
    offered = with_preview or [t.id for t in tracks if isinstance(source, Gated)]
    subject.track = offered[0] if offered else None
    return (
        f"{len(tracks)} tracks of {subject.artist}, {len(with_preview)} with a preview"
    )


def _albums(source: Source, subject: Subject) -> str:
    answer = source.albums(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    count = len(answer.value)
    releases = "1 release" if count == 1 else f"{count} releases"
    return f"{releases} of {subject.artist}"


def _playlists(source: Source, subject: Subject) -> str:
    found = source.find_playlists(subject.playlist).value
    said = f'{len(found)} playlists found for "{subject.playlist}"'
    # Who may find playlists need not be allowed to read them.
    if found and isinstance(source, Gated):
        first = best_playlists(found, subject.playlist)[0].id
        opened = source.playlist(first)
        if isinstance(opened, NotFound):
            raise ProbeFailedError(f"{said}, and {first} cannot be read")
        said += f", {len(opened.value.tracks.tracks)} tracks on the first"
    return said


def _previews(source: Source, subject: Subject) -> str:
    if subject.track is None:
        raise ProbeFailedError("no track with a preview was found to ask about")
    answer = source.preview(subject.track)
    if isinstance(answer, NotFound) or answer.value.url is None:
        what = f"{subject.track} was listed with a preview and now has none"
        raise ProbeFailedError(what)
    return f"a fresh link to {subject.track}, not followed"


def _unknown(subject: Subject) -> str:
    if subject.found:
        what = f"{subject.artist} was found by its name and is now said not to exist"
        raise ProbeFailedError(what)
    return f"answered that it knows no {subject.artist}"


ASK: Mapping[Capability, Callable[[Source, Subject], str]] = {
    Capability.SEARCH: _search,
    Capability.ARTIST: _artist,
    Capability.RELATED: _related,
    Capability.GENRES: _genres,
    Capability.BY_GENRE: _by_genre,
    Capability.TRACKS: _tracks,
    Capability.ALBUMS: _albums,
    Capability.PLAYLISTS: _playlists,
    Capability.PREVIEWS: _previews,
}
