"""Deezer's objects → values of the graph. Pure.

Shapes: https://developers.deezer.com/api and recorded answers of 2019 to 2026.
"""

import re
from collections.abc import Iterable

from crawler.sources.base import Album, Tracks
from crawler.sources.deezer.service import NAME, VARIOUS_ARTISTS
from crawler.sources.json_reader import JsonObject
from graph.model.music import (
    Artist,
    ArtistId,
    Performs,
    Playlist,
    PlaylistId,
    Track,
    TrackId,
)

_DATE = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")


def number_in(name: str) -> int | None:
    """The number in "deezer:27"; None for an id that is not Deezer's.

    >>> number_in("deezer:27"), number_in("deezer:metallica"), number_in("spotify:27")
    (27, None, None)
    """
    match = re.fullmatch(rf"{NAME}:([0-9]{{1,18}})", name)
    return int(match[1]) if match else None


def artist_of(row: JsonObject) -> Artist:
    """An artist; in credits Deezer leaves out the number of fans."""
    return Artist(
        id=_artist_id(row),
        name=row.text("name"),
        source=NAME,
        url=row.maybe_text("link"),
        followers=row.maybe_number("nb_fan"),
    )


def artists_of(rows: Iterable[JsonObject]) -> tuple[Artist, ...]:
    """Each artist once, in order, without "Various Artists"."""
    merged: dict[ArtistId, Artist] = {}
    for artist in (artist_of(row) for row in rows if _is_somebody(row)):
        merged[artist.id] = _fuller(merged.get(artist.id), artist)
    return tuple(merged.values())


def track_of(row: JsonObject) -> Track:
    """A track; only `/track` gives `isrc` and `release_date`."""
    album = row.maybe_row("album")
    album_number = album.maybe_number("id") if album else None
    seconds = row.maybe_number("duration")
    return Track(
        id=TrackId(f"{NAME}:{row.number('id')}"),
        name=row.text("title"),
        source=NAME,
        duration_ms=seconds * 1000 if seconds else None,
        isrc=row.maybe_text("isrc"),
        explicit=row.maybe_flag("explicit_lyrics"),
        popularity=row.maybe_number("rank"),
        album=album.maybe_text("title") if album else None,
        album_id=f"{NAME}:{album_number}" if album_number else None,
        release_date=_date(row) or (_date(album) if album else None),
        has_preview=preview_link(row) is not None,
    )


def preview_link(row: JsonObject) -> str | None:
    """Where the preview is now; None where there is none in our region."""
    link = row.maybe_text("preview")
    return None if row.maybe_flag("readable") is False else link


def tracks_of(rows: Iterable[JsonObject]) -> Tracks:
    """Tracks in order, each once, with who performs them: the main artist first.

    People's uploads, which have ids of 0 and below, are left out, and so are tracks
    credited to "Various Artists" alone.
    """
    tracks: dict[TrackId, Track] = {}
    performs: list[Performs] = []
    artists: dict[ArtistId, Artist] = {}
    for row in rows:
        track, credited = track_of(row), _credited(row)
        if row.number("id") <= 0 or not credited or track.id in tracks:
            continue
        tracks[track.id] = track
        for position, artist in enumerate(credited, start=1):
            performs.append(Performs(artist.id, track.id, position))
            artists[artist.id] = _fuller(artists.get(artist.id), artist)
    return Tracks(tuple(tracks.values()), tuple(performs), tuple(artists.values()))


def albums_of(rows: Iterable[JsonObject]) -> tuple[Album, ...]:
    """Releases in order, each once."""
    albums = (album_of(row) for row in rows)
    return tuple({album.id: album for album in albums}.values())


def album_of(row: JsonObject) -> Album:
    """A release; only `/album` gives `nb_tracks`."""
    return Album(
        id=f"{NAME}:{row.number('id')}",
        name=row.text("title"),
        kind=row.maybe_text("record_type"),
        release_date=_date(row),
        track_count=row.maybe_number("nb_tracks"),
    )


def playlist_of(row: JsonObject) -> Playlist:
    """A playlist; its owner is `user` in a search and `creator` on its page."""
    owner = row.maybe_row("user") or row.maybe_row("creator")
    return Playlist(
        id=PlaylistId(f"{NAME}:{row.number('id')}"),
        name=row.text("title"),
        owner=owner.maybe_text("name") if owner else None,
        track_count=row.maybe_number("nb_tracks"),
    )


def _credited(row: JsonObject) -> tuple[Artist, ...]:
    return artists_of([row.row("artist"), *row.maybe_rows("contributors")])


def _artist_id(row: JsonObject) -> ArtistId:
    return ArtistId(f"{NAME}:{row.number('id')}")


def _is_somebody(row: JsonObject) -> bool:
    return row.number("id") > 0 and row.number("id") != VARIOUS_ARTISTS


def _fuller(known: Artist | None, other: Artist) -> Artist:
    """The one of two rows about an artist that has its page: `artist` often has none."""
    if known is None or (known.url is None and other.url is not None):
        return other
    return known


def _date(row: JsonObject) -> str | None:
    date = row.maybe_text("release_date")
    return date if date and _DATE.fullmatch(date) else None
