"""Invented worlds, from a seed: the same seed makes the same world, to the byte."""

import random
from collections.abc import Sequence

from crawler.standin.world.families import FOREIGN, GENRES_10, METAL_20, Family
from crawler.standin.world.people import Person, Shares, entries, people
from crawler.standin.world.recordings import playlists, recordings
from crawler.standin.world.relations import relations
from crawler.standin.world.world import Artist, World

ANYTHING = Shares()


def bundled_world(known: float = 0.85) -> World:
    """The small world of the demo and the tests: 1,200 artists, ten classes."""
    shares = Shares(known=known, faults=0.02)
    return make_world(1200, seed=2026, shares=shares, tracks_per_artist=5)


def make_world(
    artists: int = 20_000,
    *,
    seed: int = 2026,
    families: Sequence[Family] = GENRES_10,
    shares: Shares = ANYTHING,
    tracks_per_artist: int = 5,
) -> World:
    """A world of any size.

    With `families.METAL_20` each of the twenty metal classes gets its part of the artists.
    Lists of relatives are full (20) from about 40 artists on.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found = people(artists, families, shares, rng)
    related = relations(found, rng)
    tracks = recordings(found, tracks_per_artist, shares.faults, rng)
    return World(
        artists={p.id: _artist(p, related[p.id]) for p in found},
        entries=entries(found, rng),
        tracks=tracks,
        playlists=playlists(families, tracks, rng),
        genre_names=_genre_names(),
        deezer_genres={f.name: f.deezer_genre for f in (*families, *FOREIGN)},
    )


def _artist(person: Person, related: tuple[int, ...]) -> Artist:
    return Artist(
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
