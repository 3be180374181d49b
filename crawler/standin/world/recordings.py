"""Inventing tracks, albums and playlists."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.standin.world.families import GenreFamily
from crawler.standin.world.names import title
from crawler.standin.world.people import Person
from crawler.standin.world.world import PreviewFault, WorldPlaylist, WorldTrack

FIRST_TRACK = 910_000_001
FIRST_ALBUM = 920_000_001
FIRST_PLAYLIST = 930_000_001
FAULTS = tuple(PreviewFault)
ALBUM_LENGTH = 4
# Shares of all tracks: without a preview, given out twice, of several artists, of those
# with anybody of anywhere, of three artists.
_SILENT = 0.08
_TWICE = 0.03
_TOGETHER = 0.23
_ANYBODY = 0.06
_THREE = 0.02
# Of a playlist that its title is about.
_ON_TOPIC = 0.88
PLAYLIST_TITLES = ("{} classics", "Best of {}", "{} essentials", "This is {} 2026")


@dataclass(slots=True)
class _Studio:
    """What recording needs: who could join in, and running numbers."""

    found: Sequence[Person]
    families: Mapping[str, list[Person]]
    rng: random.Random
    faults: float
    tracks: dict[int, WorldTrack]
    albums: int = 0
    faulty: int = 0


def generate_tracks(
    found: Sequence[Person], mean: int, faults: float, rng: random.Random
) -> dict[int, WorldTrack]:
    """Tracks by id: `mean` per artist, of two to `2 * mean - 2`."""
    families: dict[str, list[Person]] = {}
    for person in found:
        families.setdefault(person.family.name, []).append(person)
    studio = _Studio(found, families, rng, faults, {})
    for person in found:
        count = 2 + int(rng.random() * (2 * mean - 3))
        for number in range(count):
            _record(studio, person, number)
    return studio.tracks


def isrc_of(number: int) -> str:
    """An ISRC that nobody has: country ZZ does not exist."""
    return f"ZZGN{number // 100_000 % 10}26{number % 100_000:05d}"


def _record(studio: _Studio, person: Person, number: int) -> None:
    rng, tracks = studio.rng, studio.tracks
    if number % ALBUM_LENGTH == 0:
        studio.albums += 1
    album_id = FIRST_ALBUM + studio.albums
    chance, name = rng.random(), title(rng)
    track = WorldTrack(
        id=FIRST_TRACK + len(tracks),
        title=name,
        artists=_credits(studio, person),
        duration=120 + int(rng.random() * 300),
        isrc=isrc_of(len(tracks)),
        explicit=rng.random() < (0.4 if person.family.name == "rap" else 0.05),
        rank=min(1_000_000, int(person.fans * (0.2 + 0.8 * rng.random()))),
        album=name if number % ALBUM_LENGTH == 0 else f"{person.name} {album_id % 89}",
        album_id=album_id,
        release_date=_date(rng),
        has_preview=chance > _SILENT,
        family=person.family.name,
        fault=_fault(studio) if chance > 1 - studio.faults else None,
    )
    tracks[track.id] = track
    if rng.random() < _TWICE:
        studio.albums += 1
        copy = replace(
            track,
            id=FIRST_TRACK + len(tracks),
            album=f"{track.title} (again)",
            album_id=FIRST_ALBUM + studio.albums,
        )
        tracks[copy.id] = copy


def _fault(studio: _Studio) -> PreviewFault:
    studio.faulty += 1
    return FAULTS[studio.faulty % len(FAULTS)]


def _date(rng: random.Random) -> str:
    draw = rng.random
    year, month, day = 1970 + draw() * 56, 1 + draw() * 12, 1 + draw() * 28
    return f"{int(year)}-{int(month):02d}-{int(day):02d}"


def _credits(studio: _Studio, person: Person) -> tuple[int, ...]:
    """Mostly alone; else with some of the same family, or (a quarter) of anywhere."""
    rng = studio.rng
    chance = rng.random()
    if chance > _TOGETHER:
        return (person.id,)
    mates: Sequence[Person] = studio.families[person.family.name]
    if chance < _ANYBODY:
        mates = studio.found
    chosen = [
        mates[int(rng.random() * len(mates))].id for _ in range(1 + (chance < _THREE))
    ]
    return tuple(dict.fromkeys((person.id, *chosen)))


def generate_playlists(
    families: Sequence[GenreFamily],
    tracks: Mapping[int, WorldTrack],
    rng: random.Random,
) -> dict[int, WorldPlaylist]:
    """Four playlists for each family; one track in eight is of another."""
    found: dict[int, WorldPlaylist] = {}
    everything = list(tracks)
    for family in families:
        own = [track.id for track in tracks.values() if track.family == family.name]
        for shape in PLAYLIST_TITLES:
            size = 20 + int(rng.random() * 60)
            chosen = [
                _pick(own if own and rng.random() < _ON_TOPIC else everything, rng)
                for _ in range(size if everything else 0)
            ]
            number = FIRST_PLAYLIST + len(found)
            name = shape.format(family.name)
            listed = tuple(dict.fromkeys(chosen))
            found[number] = WorldPlaylist(
                number, name, f"listener {number % 97}", listed
            )
    return found


def _pick(tracks: Sequence[int], rng: random.Random) -> int:
    return tracks[int(rng.random() * len(tracks))]
