"""Inventing artists: who they are, what they play, what MusicBrainz knows of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.standin.world.families import FOREIGN, OTHER_TAGS, GenreFamily
from crawler.standin.world.names import artist_name, uuid
from crawler.standin.world.spotify_ids import spotify_id
from crawler.standin.world.world import DEEZER_PAGE, SPOTIFY_PAGE, MusicBrainzEntry

FIRST_ARTIST = 900_000_001

# Tagged with their class as such, besides its kinds.
_PLAIN = 0.6
# Carry a genre of elsewhere that does not count: without a vote, with too small a share.
_UNVOTED = 0.08
_WEAK = 0.04
_STRONG_VOTES = 10
# MusicBrainz artists without a page on Deezer, per known one.
_ELSEWHERE = 0.05
# Artists with a page on Spotify that is gone, and those whose page there stands first.
_GONE = 0.5
_SPOTIFY_FIRST = 0.1

Genres = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class WorldMix:
    """How an invented world is mixed; each a share of 1.

    Attributes:
        known: Artists whose Deezer page MusicBrainz knows.
        untagged: Artists without a genre for who asks the services, unknown ones included.
        several: Tagged artists of several classes.
        foreign: Artists of music that is in no class.
        faults: Previews with a planted fault.
    """

    known: float = 0.85
    untagged: float = 0.2
    several: float = 0.18
    foreign: float = 0.12
    faults: float = 0.01


@dataclass(frozen=True, slots=True)
class Person:
    """An artist before anybody is related."""

    id: int
    name: str
    family: GenreFamily
    genres: Genres
    fans: int
    mbid: str | None


def generate_people(
    count: int, families: Sequence[GenreFamily], shares: WorldMix, rng: random.Random
) -> list[Person]:
    """Artists, with homonyms and pairs of ids that are one MusicBrainz artist."""
    found = [_person(i, families, shares, rng) for i in range(count)]
    for i in range(25, count, 50):  # 2 %: the name of somebody else
        found[i] = replace(found[i], name=found[i - 25].name)
    for i in range(70, count, 100):  # 1 %: two ids, one artist
        found[i] = _twin(found[i - 7], found[i])
    return found


def _twin(first: Person, other: Person) -> Person:
    if first.mbid is None or not first.genres:
        return other
    return replace(first, id=other.id, fans=first.fans // 9)


def _person(
    number: int, families: Sequence[GenreFamily], shares: WorldMix, rng: random.Random
) -> Person:
    family = _family_of(number, families, shares, rng)
    known = rng.random() < shares.known
    bare = max(0.0, shares.untagged - (1 - shares.known)) / max(shares.known, 1e-9)
    genres = (
        () if known and rng.random() < bare else _genres(family, families, shares, rng)
    )
    mbid = uuid(rng) if known else None
    fans = int(10 ** (1.5 + 4.5 * rng.random()))
    return Person(FIRST_ARTIST + number, artist_name(rng), family, genres, fans, mbid)


def _family_of(
    number: int, families: Sequence[GenreFamily], shares: WorldMix, rng: random.Random
) -> GenreFamily:
    if rng.random() < shares.foreign:
        return FOREIGN[int(rng.random() * len(FOREIGN))]
    # In turn, so that no class of a small world stays empty.
    return families[number % len(families)]


def _genres(
    family: GenreFamily,
    families: Sequence[GenreFamily],
    shares: WorldMix,
    rng: random.Random,
) -> Genres:
    top = 1 + int(rng.expovariate(0.16))
    votes = {family.genres[0]: top} if rng.random() < _PLAIN else {}
    for _ in range(1 + int(rng.random() * 2)):
        votes.setdefault(_some(family, rng), 1 + int(rng.random() * top))
    other = families[int(rng.random() * len(families))]
    chance = rng.random()
    if chance < shares.several and family not in FOREIGN:
        other = _another(family, families, rng)
        votes.setdefault(other.genres[0], max(1, int(top * (0.5 + rng.random() / 2))))
    elif chance < shares.several + _UNVOTED:  # nobody's vote: it does not count
        votes.setdefault(_some(other, rng), 0)
    elif (
        chance < shares.several + _UNVOTED + _WEAK and top >= _STRONG_VOTES
    ):  # one of many: too small a share
        votes.setdefault(_some(other, rng), 1)
    return tuple(sorted(votes.items(), key=lambda item: (-item[1], item[0])))


def _some(family: GenreFamily, rng: random.Random) -> str:
    return family.genres[int(rng.random() * len(family.genres))]


def _another(
    family: GenreFamily, families: Sequence[GenreFamily], rng: random.Random
) -> GenreFamily:
    if len(families) == 1:
        return family
    return families[
        (families.index(family) + 1 + int(rng.random() * 2)) % len(families)
    ]


def generate_entries(
    found: Sequence[Person], rng: random.Random
) -> dict[str, MusicBrainzEntry]:
    """What MusicBrainz lists: the known artists, and some whose only page is gone."""
    listed: dict[str, MusicBrainzEntry] = {}
    ids: dict[str, list[int]] = {}
    for person in found:
        if person.mbid is None:
            continue
        page = DEEZER_PAGE.format(person.id)
        entry = listed.get(person.mbid) or _entry(person, person.mbid, rng)
        listed[person.mbid] = replace(entry, pages=(*entry.pages, page))
        ids.setdefault(person.mbid, []).append(person.id)
        if rng.random() < _ELSEWHERE:
            elsewhere = replace(_entry(person, uuid(rng), rng), name=artist_name(rng))
            listed[elsewhere.mbid] = replace(elsewhere, pages=(_gone_page(rng),))
    return {m: _mixed(entry, ids.get(m, ()), rng) for m, entry in listed.items()}


def _entry(person: Person, mbid: str, rng: random.Random) -> MusicBrainzEntry:
    count = int(rng.random() * 3)
    tags = {OTHER_TAGS[int(rng.random() * len(OTHER_TAGS))]: i for i in range(count)}
    return MusicBrainzEntry(mbid, person.name, person.genres, tuple(tags.items()), ())


def _mixed(
    entry: MusicBrainzEntry, ids: Sequence[int], rng: random.Random
) -> MusicBrainzEntry:
    """With pages on Spotify: mostly after those on Deezer, half with one that is gone."""
    chance = rng.random()
    there = tuple(SPOTIFY_PAGE.format(spotify_id("artist", i)) for i in ids)
    first = chance < _SPOTIFY_FIRST
    pages = (*there, *entry.pages) if first else (*entry.pages, *there)
    return replace(entry, pages=(*pages, _gone_page(rng)) if chance <= _GONE else pages)


def _gone_page(rng: random.Random) -> str:
    """A page that MusicBrainz still lists and Spotify no longer has."""
    return SPOTIFY_PAGE.format(f"{rng.getrandbits(88):022x}")
