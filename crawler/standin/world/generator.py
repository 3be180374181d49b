"""Invented worlds, from a seed: the same seed makes the same world, to the byte."""

import random
from collections.abc import Sequence

from crawler.standin.world.families import FOREIGN, GENRES_10, METAL_20, GenreFamily
from crawler.standin.world.people import (
    Person,
    WorldMix,
    generate_entries,
    generate_people,
)
from crawler.standin.world.recordings import generate_playlists, generate_tracks
from crawler.standin.world.relations import generate_relations
from crawler.standin.world.world import World, WorldArtist

ANYTHING = WorldMix()


def bundled_world(known: float = 0.85) -> World:
    """The small world of the demo and the tests: 1,200 artists, ten classes."""
    shares = WorldMix(known=known, faults=0.02)
    return make_world(1200, seed=2026, shares=shares, tracks_per_artist=5)


def make_world(
    artists: int = 20_000,
    *,
    seed: int = 2026,
    families: Sequence[GenreFamily] = GENRES_10,
    shares: WorldMix = ANYTHING,
    tracks_per_artist: int = 5,
) -> World:
    """A world of any size.

    With `families.METAL_20` each of the twenty metal classes gets its part of the artists.
    Lists of relatives are full (20) from about 40 artists on.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found = generate_people(artists, families, shares, rng)
    related = generate_relations(found, rng)
    tracks = generate_tracks(found, tracks_per_artist, shares.faults, rng)
    return World(
        artists={p.id: _artist(p, related[p.id]) for p in found},
        entries=generate_entries(found, rng),
        tracks=tracks,
        playlists=generate_playlists(families, tracks, rng),
        genre_names=_genre_names(),
        deezer_genres={f.name: f.deezer_genre for f in (*families, *FOREIGN)},
    )


def _artist(person: Person, related: tuple[int, ...]) -> WorldArtist:
    return WorldArtist(
        id=person.id,
        name=person.name,
        family=person.family.name,
        genres=person.genres,
        related=related,
        fans=person.fans,
        mbid=person.mbid,
    )


def _genre_names() -> tuple[str, ...]:
    families = (*GENRES_10, *METAL_20, *FOREIGN)
    return tuple(sorted({genre for family in families for genre in family.genres}))
