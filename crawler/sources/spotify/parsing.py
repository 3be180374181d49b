"""Spotify's objects → values of the graph. Pure.

Shapes: Spotify's open API schema of 2026-05-30 and recorded answers of 2020 to 2026. An
app in development mode gets the same objects with most fields missing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.http.responses import JsonValue
from crawler.sources.base import Album, Tracks
from crawler.sources.json_reader import JsonObject
from crawler.sources.spotify.service import NAME, VARIOUS_ARTISTS
from graph.model.genres import fold
from graph.model.music import (
    Artist,
    ArtistId,
    HasGenre,
    Performs,
    Playlist,
    PlaylistId,
    Track,
    TrackId,
)

_ID = re.compile(rf"{NAME}:([0-9A-Za-z]{{22}})")
_DATE = re.compile(r"[1-9][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?")


def id_in(name: str) -> str | None:
    """Spotify's own part of an id; None for an id that is not Spotify's.

    >>> id_in("spotify:4tZwfgrHOc3mvqYlEYSvVi"), id_in("deezer:27"), id_in("spotify:27")
    ('4tZwfgrHOc3mvqYlEYSvVi', None, None)
    """
    match = _ID.fullmatch(name)
    return match[1] if match else None


def artist_of(row: JsonObject) -> Artist:
    """An artist; credits hold the name only."""
    pages, followers = row.maybe_row("external_urls"), row.maybe_row("followers")
    return Artist(
        id=artist_id(row),
        name=row.text("name"),
        source=NAME,
        url=pages.maybe_text("spotify") if pages else None,
        popularity=row.maybe_number("popularity"),
        followers=followers.maybe_number("total") if followers else None,
    )


def artist_id(row: JsonObject) -> ArtistId:
    """The artist's id with its source."""
    return ArtistId(f"{NAME}:{row.text('id')}")


def artists_of(rows: Iterable[JsonObject]) -> tuple[Artist, ...]:
    """Each artist once, in order, without "Various Artists"."""
    merged: dict[ArtistId, Artist] = {}
    for row in rows:
        # People's own files have an artist without an id.
        if row.maybe_text("id") not in {None, VARIOUS_ARTISTS}:
            merged.setdefault(artist_id(row), artist_of(row))
    return tuple(merged.values())


def genres_in(row: JsonObject) -> tuple[str, ...] | None:
    """The folded genres of an artist; None where the row has no list of them."""
    listed = row.fields.get("genres")
    if not isinstance(listed, list):
        return None
    folded = (fold(name) for name in listed if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in folded if name))


def genre_edges(row: JsonObject) -> tuple[HasGenre, ...]:
    """An artist's genres as edges; Spotify counts no votes."""
    names = genres_in(row) or ()
    return tuple(HasGenre(artist_id(row), name, NAME) for name in names)


def track_of(row: JsonObject, album: JsonObject | None = None) -> Track:
    """A track; tracks of an album hold neither it nor ISRC nor popularity."""
    album = row.maybe_row("album") or album
    ids = row.maybe_row("external_ids")
    album_id = album.maybe_text("id") if album else None
    return Track(
        id=TrackId(f"{NAME}:{row.text('id')}"),
        name=row.text("name"),
        source=NAME,
        duration_ms=row.maybe_number("duration_ms"),
        isrc=ids.maybe_text("isrc") if ids else None,
        explicit=row.maybe_flag("explicit"),
        popularity=row.maybe_number("popularity"),
        album=album.maybe_text("name") if album else None,
        album_id=f"{NAME}:{album_id}" if album_id else None,
        release_date=_date(album) if album else None,
        has_preview=preview_link(row) is not None,
    )


def preview_link(row: JsonObject) -> str | None:
    """Where the preview is; None where there is none, or none in our market."""
    link = row.maybe_text("preview_url")
    return None if row.maybe_flag("is_playable") is False else link


def tracks_of(rows: Iterable[JsonObject], album: JsonObject | None = None) -> Tracks:
    """Tracks in order, each once, with who performs them: the main artist first.

    Episodes, people's own files and tracks credited to "Various Artists" alone are left
    out.
    """
    tracks: dict[TrackId, Track] = {}
    performs: list[Performs] = []
    artists: dict[ArtistId, Artist] = {}
    for row in filter(_is_track, rows):
        track, credited = track_of(row, album), artists_of(row.rows("artists"))
        if not credited or track.id in tracks:
            continue
        tracks[track.id] = track
        for position, artist in enumerate(credited, start=1):
            performs.append(Performs(artist.id, track.id, position))
            artists.setdefault(artist.id, artist)
    return Tracks(tuple(tracks.values()), tuple(performs), tuple(artists.values()))


def all_tracks(parts: Iterable[Tracks]) -> Tracks:
    """The tracks of several lists, each once."""
    tracks: dict[TrackId, Track] = {}
    performs: dict[tuple[ArtistId, TrackId], Performs] = {}
    artists: dict[ArtistId, Artist] = {}
    for part in parts:
        for track in part.tracks:
            tracks.setdefault(track.id, track)
        for one in part.performs:
            performs.setdefault((one.artist, one.track), one)
        for artist in part.artists:
            artists.setdefault(artist.id, artist)
    return Tracks(
        tuple(tracks.values()), tuple(performs.values()), tuple(artists.values())
    )


def album_of(row: JsonObject) -> Album:
    """A release."""
    return Album(
        id=f"{NAME}:{row.text('id')}",
        name=row.text("name"),
        kind=row.maybe_text("album_type") or row.maybe_text("album_group"),
        release_date=_date(row),
        track_count=row.maybe_number("total_tracks"),
    )


def playlist_of(row: JsonObject) -> Playlist:
    """A playlist; its number of tracks is missing where they cannot be read."""
    owner = row.maybe_row("owner")
    listed = row.maybe_row("tracks") or row.maybe_row("items")
    name = owner.maybe_text("display_name") or owner.maybe_text("id") if owner else None
    return Playlist(
        id=PlaylistId(f"{NAME}:{row.text('id')}"),
        name=row.text("name"),
        owner=name,
        track_count=listed.maybe_number("total") if listed else None,
    )


def entries_of(page: JsonObject) -> Iterator[JsonObject]:
    """The tracks on a page of a playlist: under `track`, or `item` since 2026-02."""
    for entry in present(page, "items"):
        track = entry.maybe_row("item") or entry.maybe_row("track")
        if track is not None:
            yield track


def present(row: JsonObject, name: str) -> Iterator[JsonObject]:
    """The objects of a promised list; Spotify writes null for lost ones."""
    listed = row.fields.get(name)
    if isinstance(listed, list):
        kept: JsonValue = [one for one in listed if one is not None]
        row = replace(row, fields={**row.fields, name: kept})
    return row.rows(name)


def _is_track(row: JsonObject) -> bool:
    return row.maybe_text("id") is not None and row.maybe_text("type") != "episode"


def _date(row: JsonObject) -> str | None:
    date = row.maybe_text("release_date")
    return date if date and _DATE.fullmatch(date) else None
