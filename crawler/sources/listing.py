"""What a source lists for an artist, as rows: releases, top tracks, related artists."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crawler.sources.base import Capability, NotFound, Source, Tracks
from graph.model.music import ArtistId

Row = tuple[object, ...]


class ListingPart(StrEnum):
    """What can be listed."""

    ALBUMS = "albums"
    TRACKS = "tracks"
    RELATED = "related"


NEEDS: Mapping[ListingPart, Capability] = {
    ListingPart.ALBUMS: Capability.ALBUMS,
    ListingPart.TRACKS: Capability.TRACKS,
    ListingPart.RELATED: Capability.RELATED,
}

COLUMNS: Mapping[ListingPart, tuple[str, ...]] = {
    ListingPart.ALBUMS: ("id", "name", "kind", "release_date", "tracks"),
    ListingPart.TRACKS: (
        "rank",
        "id",
        "name",
        "artists",
        "album",
        "seconds",
        "popularity",
        "preview",
    ),
    ListingPart.RELATED: ("rank", "id", "name", "fans", "url"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One part of what a source lists; `rows` have the `COLUMNS` of that part."""

    part: ListingPart
    rows: tuple[Row, ...]


def list_part(
    source: Source, artist: ArtistId, part: ListingPart
) -> Listing | NotFound:
    """Request one part, in the order of the source; tracks and relatives have a rank.

    Raises:
        SourceError: The source does not answer, or lacks the capability.
    """
    rows = _ROWS[part](source, artist)
    return rows if isinstance(rows, NotFound) else Listing(part, rows)


def joined(listings: Sequence[Listing]) -> tuple[tuple[str, ...], list[Row]]:
    """Several parts as one table: `what` first, and None where a part has no such column.

    >>> joined(
    ...     [Listing(ListingPart.ALBUMS, (("deezer:1", "One", "album", "2001", 9),))]
    ... )[0]
    ('what', 'id', 'name', 'kind', 'release_date', 'tracks')
    """
    names = dict.fromkeys(name for one in listings for name in COLUMNS[one.part])
    rows = [_wide(one.part, row, tuple(names)) for one in listings for row in one.rows]
    return ("what", *names), rows


def _wide(part: ListingPart, row: Row, names: Sequence[str]) -> Row:
    known = dict(zip(COLUMNS[part], row, strict=True))
    return (part.value, *(known.get(name) for name in names))


def _albums(source: Source, artist: ArtistId) -> tuple[Row, ...] | NotFound:
    answer = source.albums(artist)
    if isinstance(answer, NotFound):
        return answer
    return tuple(
        (a.id, a.name, a.kind, a.release_date, a.track_count) for a in answer.value
    )


def _tracks(source: Source, artist: ArtistId) -> tuple[Row, ...] | NotFound:
    answer = source.top_tracks(artist)
    if isinstance(answer, NotFound):
        return answer
    credited = _credits(answer.value)
    return tuple(
        (
            rank,
            track.id,
            track.name,
            ", ".join(credited.get(track.id, ())),
            track.album,
            None if track.duration_ms is None else round(track.duration_ms / 1000),
            track.popularity,
            track.has_preview,
        )
        for rank, track in enumerate(answer.value.tracks, start=1)
    )


def _credits(tracks: Tracks) -> Mapping[str, list[str]]:
    """The names of the credited artists of each track, the main artist first."""
    names = {artist.id: artist.name for artist in tracks.artists}
    credited: dict[str, list[str]] = {}
    for one in sorted(tracks.performs, key=lambda p: p.position):
        credited.setdefault(one.track, []).append(names.get(one.artist, one.artist))
    return credited


def _related(source: Source, artist: ArtistId) -> tuple[Row, ...] | NotFound:
    answer = source.related(artist)
    if isinstance(answer, NotFound):
        return answer
    known = {other.id: other for other in answer.value.artists}
    edges = sorted(answer.value.edges, key=lambda edge: edge.rank)
    others = ((edge.rank, known[edge.end]) for edge in edges)
    return tuple((rank, a.id, a.name, a.followers, a.url) for rank, a in others)


_ROWS: Mapping[
    ListingPart, Callable[[Source, ArtistId], tuple[Row, ...] | NotFound]
] = {
    ListingPart.ALBUMS: _albums,
    ListingPart.TRACKS: _tracks,
    ListingPart.RELATED: _related,
}
