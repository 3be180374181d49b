"""Read a world from a folder of JSON lines, or write one for other programs.

`artists.jsonl` {id, name, genres[], followers?}, `related.jsonl` {id, related[]} and
`tracks.jsonl` {id, name, artists[], duration_ms?, explicit?, album_id?, release_date?},
each optionally gzipped. Text ids become integers, as on Deezer, by line number: the
artist in line n (from 1) of its file is 1,000,000 + n, the track in line n of its file is
10,000,000 + n. Integer ids are kept, and so are artists' Spotify ids.
"""

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from crawler.standin.world.generator import generate_playlists, isrc_of
from crawler.standin.world.genre_families import FOREIGN, GENRES_10, GenreFamily
from crawler.standin.world.names import uuid
from crawler.standin.world.spotify_ids import WELL_FORMED, spotify_id
from crawler.standin.world.world import (
    DEEZER_PAGE,
    NO_DATE,
    SPOTIFY_PAGE,
    MusicBrainzEntry,
    World,
    WorldArtist,
    WorldTrack,
    contains_phrase,
    words_of,
)

ARTIST_OFFSET = 1_000_000
TRACK_OFFSET = 10_000_000
ALBUM_OFFSET = 20_000_000
FAMILIES = (*GENRES_10, *FOREIGN)

RawId = str | int


class ArtistRow(TypedDict):
    """A line of artists.jsonl; only `write_world` writes `votes` and `mbid`."""

    id: RawId
    name: str
    genres: list[str]
    popularity: NotRequired[int | None]
    followers: NotRequired[int | None]
    votes: NotRequired[dict[str, int]]
    mbid: NotRequired[str | None]


class RelatedRow(TypedDict):
    """A line of related.jsonl."""

    id: RawId
    related: list[RawId]


class TrackRow(TypedDict):
    """A line of tracks.jsonl; only `write_world` writes the last two fields."""

    id: RawId
    name: str
    artists: list[RawId]
    duration_ms: NotRequired[int | None]
    explicit: NotRequired[bool | None]
    album_id: NotRequired[RawId | None]
    release_date: NotRequired[str | None]
    isrc: NotRequired[str]
    has_preview: NotRequired[bool]


def read_world(folder: Path, *, known: float = 1.0, seed: int = 2026) -> World:
    """Read the world of a folder.

    Values that the files lack are generated from the seed: MBIDs (for a share `known` of
    the artists), ISRCs, previews (for every track) and votes, which are close enough to
    each other that every listed genre counts.

    Raises:
        FileNotFoundError: One of the three files is missing.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    rows = tuple(cast("Iterator[ArtistRow]", _rows(folder, "artists")))
    numbers = _numbers((row["id"] for row in rows), ARTIST_OFFSET)
    related = _related(folder, numbers)
    artists = {
        numbers[row["id"]]: _artist(row, numbers[row["id"]], related, known, rng)
        for row in rows
    }
    tracks = _tracks(folder, numbers, artists, rng)
    spotify_ids = _spotify_ids(numbers)
    return World(
        artists=artists,
        entries=_entries(artists, spotify_ids),
        tracks=tracks,
        playlists=generate_playlists(GENRES_10, tracks, rng),
        genre_names=tuple(sorted({genre for row in rows for genre in row["genres"]})),
        deezer_genres={family.name: family.deezer_genre for family in FAMILIES},
        spotify_ids=spotify_ids,
    )


def _rows(folder: Path, name: str) -> Iterator[object]:
    plain = folder / f"{name}.jsonl"
    if plain.exists():
        text = plain.read_text(encoding="utf-8")
    else:
        text = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).decode()
    return map(json.loads, text.rstrip("\n").split("\n"))


def _numbers(ids: Iterable[RawId], offset: int) -> dict[RawId, int]:
    return {
        raw: raw if isinstance(raw, int) else offset + line
        for line, raw in enumerate(ids, start=1)
    }


def _related(
    folder: Path, numbers: Mapping[RawId, int]
) -> Mapping[int, tuple[int, ...]]:
    rows = cast("Iterator[RelatedRow]", _rows(folder, "related"))
    return {
        numbers[row["id"]]: tuple(numbers[other] for other in row["related"])
        for row in rows
    }


def _artist(
    row: ArtistRow,
    number: int,
    related: Mapping[int, tuple[int, ...]],
    known: float,
    rng: random.Random,
) -> WorldArtist:
    votes = row.get("votes") or {
        name: 3 + int(rng.random() * 7) for name in row["genres"]
    }
    mbid = row["mbid"] if "mbid" in row else uuid(rng) if rng.random() < known else None
    fans = row.get("followers") or int(10 ** ((row.get("popularity") or 16) / 16))
    return WorldArtist(
        id=number,
        name=row["name"],
        family=_family(tuple(row["genres"])).name,
        genres=tuple(votes.items()),
        related=related.get(number, ()),
        fans=fans,
        mbid=mbid,
    )


@lru_cache(maxsize=10_000)
def _family(genres: tuple[str, ...]) -> GenreFamily:
    """The first family whose name occurs in one of the genres, else a foreign one."""
    for words in map(words_of, genres):
        for family in FAMILIES:
            if contains_phrase(words, words_of(family.name)):
                return family
    return FOREIGN[len(genres) % len(FOREIGN)]


def _spotify_ids(numbers: Mapping[RawId, int]) -> dict[int, str]:
    """Ids with the form of Spotify's ids are used as such."""
    return {
        number: raw
        for raw, number in numbers.items()
        if isinstance(raw, str) and WELL_FORMED.fullmatch(raw)
    }


def _entries(
    artists: Mapping[int, WorldArtist], spotify_ids: Mapping[int, str]
) -> dict[str, MusicBrainzEntry]:
    found: dict[str, MusicBrainzEntry] = {}
    for artist in artists.values():
        if artist.mbid is None:
            continue
        twin = found.get(artist.mbid)
        on_spotify = spotify_ids.get(artist.id) or spotify_id("artist", artist.id)
        pages = (
            *(twin.pages if twin else ()),
            DEEZER_PAGE.format(artist.id),
            SPOTIFY_PAGE.format(on_spotify),
        )
        found[artist.mbid] = MusicBrainzEntry(
            artist.mbid, artist.name, artist.genres, (), pages
        )
    return found


def _tracks(
    folder: Path,
    numbers: Mapping[RawId, int],
    artists: Mapping[int, WorldArtist],
    rng: random.Random,
) -> dict[int, WorldTrack]:
    albums: dict[RawId, int] = {}
    rows = cast("Iterator[TrackRow]", _rows(folder, "tracks"))
    found: dict[int, WorldTrack] = {}
    for line, row in enumerate(rows, start=1):
        number = row["id"] if isinstance(row["id"], int) else TRACK_OFFSET + line
        album = albums.setdefault(
            row.get("album_id") or number, ALBUM_OFFSET + len(albums)
        )
        main = artists[numbers[row["artists"][0]]]
        found[number] = WorldTrack(
            id=number,
            title=row["name"],
            artists=tuple(dict.fromkeys(numbers[raw] for raw in row["artists"])),
            duration=(row.get("duration_ms") or 120_000 + int(rng.random() * 3e5))
            // 1000,
            isrc=row.get("isrc") or isrc_of(line),
            explicit=bool(row.get("explicit")),
            rank=min(1_000_000, int(main.fans * rng.random())),
            album=row["name"],
            album_id=album,
            release_date=_date(row.get("release_date")),
            has_preview=row.get("has_preview", True),
            family=main.family,
        )
    return found


def _date(given: str | None) -> str:
    return f"{given}-01-01"[:10] if given else NO_DATE


def write_world(world: World, folder: Path) -> None:
    """Write the three files of a world, for scripts that use them.

    `genres` holds the genres with at least one vote, as the services list them; `votes`,
    `mbid`, `isrc` and `has_preview` are additional. `read_world` reads all of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "artists.jsonl", map(_artist_row, world.artists.values()))
    related = ({"id": a.id, "related": a.related} for a in world.artists.values())
    _write(folder / "related.jsonl", related)
    _write(folder / "tracks.jsonl", map(_track_row, world.tracks.values()))


def _write(path: Path, rows: Iterable[object]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")


def _artist_row(artist: WorldArtist) -> dict[str, object]:
    listed = artist.genres if artist.mbid else ()
    return {
        "id": artist.id,
        "name": artist.name,
        "genres": [name for name, votes in listed if votes > 0],
        "followers": artist.fans,
        "votes": dict(listed),
        "mbid": artist.mbid,
    }


def _track_row(track: WorldTrack) -> dict[str, object]:
    return {
        "id": track.id,
        "name": track.title,
        "artists": track.artists,
        "duration_ms": track.duration * 1000,
        "explicit": track.explicit,
        "album_id": track.album_id,
        "release_date": track.release_date,
        "isrc": track.isrc,
        "has_preview": track.has_preview,
    }
