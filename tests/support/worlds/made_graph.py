"""A generated music graph with the special cases that a query could get wrong.

It is written through the store's own methods, so queries see what a crawl leaves. Artists
form circles that share genres, and some belong to two: votes of 0 and 1, small shares, a
genre from two sources, artists with the same name, genres of two classes and of none, an
empty class, untagged artists, failed questions, tracks without previews, collaborations.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.recipe.model import LabelRules, Recipe
from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.genres import ClassMap, ClassRule
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    Failed,
    HasGenre,
    Identity,
    Performs,
    Question,
    Related,
    Track,
    TrackId,
)
from graph.store import Store

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)

CIRCLES = (
    ("thrash metal", "speed metal"),
    ("death metal", "melodic death metal", "blackened death metal"),
    ("black metal", "atmospheric black metal"),
    ("doom metal", "sludge"),
    ("pop", "dance pop"),
)

CLASSES = (
    ClassRule("melodeath", ("melodic death metal",)),
    ClassRule("death", ("death metal", "slam")),
    ClassRule("black", ("black metal", "=blackened death metal")),
    ClassRule("thrash", ("thrash", "speed metal")),
    ClassRule("doom & sludge", ("doom", "sludge")),
    ClassRule("nobody", ("polka",)),
)

RECIPE = Recipe("metal", CLASSES, labels=LabelRules(min_votes=1, min_share=0.15))


@dataclass(frozen=True, slots=True)
class MadeWorld:
    """What a crawl would have found, and the depth of each artist."""

    changes: Changes
    depths: dict[ArtistId, int]


def _artist(number: int) -> ArtistId:
    return ArtistId(f"deezer:{number}")


def _genres_of(rng: random.Random, artist: ArtistId, circle: int) -> list[HasGenre]:
    own = list(CIRCLES[circle])
    if rng.random() < 0.35:
        own += rng.choice(CIRCLES)
    if rng.random() < 0.3:
        own.append(rng.choice(["rock", "metal", "seen live", "slam"]))
    names = sorted(set(rng.sample(own, rng.randint(1, len(own)))))
    votes = {name: rng.choice([0, 1, 1, 2, 5, 9, 30]) for name in names}
    top = max(*votes.values(), 1)
    edges = [HasGenre(artist, n, "musicbrainz", v, v / top) for n, v in votes.items()]
    if rng.random() < 0.15:  # a source without votes
        edges.append(HasGenre(artist, rng.choice(own), "deezer"))
    return edges


def _relatives(rng: random.Random, number: int, count: int) -> list[Related]:
    others = {(number + rng.randint(1, 25)) % count for _ in range(rng.randint(0, 8))}
    others |= {rng.randrange(count) for _ in range(rng.randint(0, 2))}
    return [
        Related(_artist(number), _artist(other), "deezer", rank)
        for rank, other in enumerate(sorted(others - {number}), start=1)
    ]


def _tracks(
    rng: random.Random, number: int, count: int
) -> tuple[list[Track], list[Performs]]:
    tracks, performs = [], []
    for position in range(rng.randint(0, 6)):
        track = TrackId(f"deezer:{number}{position:02}")
        tracks.append(
            Track(
                track,
                f"Song {position}",
                "deezer",
                popularity=rng.randrange(1_000_000),
                has_preview=rng.random() < 0.85,
            )
        )
        performs.append(Performs(_artist(number), track, 1))
        if rng.random() < 0.25:
            guest = rng.choice([number + 1, number + 7, rng.randrange(count)]) % count
            if guest != number:
                performs.append(Performs(_artist(guest), track, 2))
    return tracks, performs


def made_world(count: int, *, seed: int = 2026) -> MadeWorld:
    """Generate `count` artists; the last tenth is known only from credits and relations."""
    rng = random.Random(seed)
    artists, genres, related, tracks, performs = [], [], [], [], []
    identities, answered, failed, depths = [], [], [], {}
    requested = count - count // 10
    for number in range(count):
        artist = _artist(number)
        name = f"Band {number // 2 if number % 20 < 2 else number}"
        artists.append(Artist(artist, name, "deezer", popularity=number % 101))
        if number >= requested:
            continue
        depths[artist] = 0 if number < 5 else 1 + number % 4
        related += _relatives(rng, number, count)
        answered.append(Answered(artist, Question.RELATED, "deezer"))
        if rng.random() < 0.03:
            failed.append(Failed(artist, Question.GENRES, "musicbrainz", "503", 2))
            continue
        answered.append(Answered(artist, Question.GENRES, "musicbrainz"))
        if rng.random() < 0.12:
            continue
        identities.append(Identity(artist, f"mbid-{number}", "musicbrainz url"))
        if rng.random() < 0.08:
            continue
        genres += _genres_of(rng, artist, (number // 12) % len(CIRCLES))
        if rng.random() < 0.1:
            continue
        answered.append(Answered(artist, Question.TRACKS, "deezer"))
        made, credited = _tracks(rng, number, count)
        tracks += made
        performs += credited
    changes = Changes(
        artists=tuple(artists),
        seeds=tuple(_artist(n) for n in range(min(5, count))),
        identities=tuple(identities),
        related=tuple(related),
        genres=tuple(genres),
        tracks=tuple(tracks),
        performs=tuple(performs),
        answered=tuple(answered),
        failed=tuple(failed),
    )
    return MadeWorld(changes, depths)


def fill(store: Store, world: MadeWorld, recipe: Recipe = RECIPE) -> None:
    """Write a generated world into an empty store, as one result of one round."""
    only = WorkItem("0/related/0", 0, 0, WorkKind.RELATED)
    crawl = Crawl(recipe.name, recipe.to_json(), recipe.digest())
    store.begin(crawl, Changes(), Plan(0, (only,)), at=AT)
    store.commit([WorkResult(only, world.changes, {"deezer": 1})], at=AT)
    store.close_round(0, world.depths, seconds=1.0)
    classes = ClassMap(recipe.classes).in_class(store.genres())
    store.sync_classes(recipe.name, recipe.class_names, classes)
