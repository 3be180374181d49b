"""Inventing who is related to whom.

Each family is a ring. An artist's list holds mostly some of its neighbours on the
ring, so that lists are alike within a family and a relation is returned about as
often as on real services (33 to 46 %); the rest are artists of anywhere. Some artists
lie in pockets that only an untagged artist leads to, or two in a row: they are found
only by who goes through the untagged.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.standin.world.people import Person

LENGTH = 20
NEAR = 16
REACH = 16
POCKET = 8
# Members of a family per pocket; a smaller family has none.
ROOM = 80


@dataclass(frozen=True, slots=True)
class _Pocket:
    """A hidden group: `door` is on the ring, `hall` (if any) between door and group."""

    door: int
    hall: int | None
    group: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a family lives, as positions in the list of people."""

    ring: tuple[int, ...]
    pockets: tuple[_Pocket, ...]


def generate_relations(
    found: Sequence[Person], rng: random.Random
) -> Mapping[int, tuple[int, ...]]:
    """Relatives by artist id, nearest first; full lists of 20 where there are as many."""
    homes = [_home(members, found) for members in _families(found)]
    everybody = [i for home in homes for i in home.ring]
    lists: dict[int, list[int]] = {}
    for home in homes:
        for place, i in enumerate(home.ring):
            lists[i] = _filled(i, _neighbours(home.ring, place, rng), everybody, rng)
        for pocket in home.pockets:
            _furnish(pocket, home.ring, lists, rng)
    ids = [person.id for person in found]
    return {ids[i]: tuple(ids[j] for j in lists[i]) for i in range(len(ids))}


def _families(found: Sequence[Person]) -> list[list[int]]:
    members: dict[str, list[int]] = {}
    for i, person in enumerate(found):
        members.setdefault(person.family.name, []).append(i)
    return list(members.values())


def _home(members: Sequence[int], found: Sequence[Person]) -> _Home:
    bare = [i for i in members if found[i].mbid is None or not found[i].genres]
    tagged = [i for i in members if found[i].mbid is not None and found[i].genres]
    pockets = []
    for k in range(min(len(members) // ROOM, len(bare) // 2)):
        group = tuple(tagged[k * POCKET : (k + 1) * POCKET])
        pockets.append(_Pocket(bare[2 * k], bare[2 * k + 1] if k % 2 else None, group))
    hidden = {i for pocket in pockets for i in (*pocket.group, pocket.hall)}
    return _Home(tuple(i for i in members if i not in hidden), tuple(pockets))


def _neighbours(ring: Sequence[int], place: int, rng: random.Random) -> list[int]:
    """Some of the neighbours within reach, roughly nearest first."""
    size = len(ring)
    reach = min(REACH, (size - 1) // 2)
    steps = [step for step in range(-reach, reach + 1) if step]
    chosen = rng.sample(steps, min(NEAR, len(steps)))
    chosen.sort(key=lambda step: abs(step) + 8 * rng.random())
    return [ring[(place + step) % size] for step in chosen]


def _filled(
    own: int, related: list[int], everybody: Sequence[int], rng: random.Random
) -> list[int]:
    """The list with artists of anywhere put in between, up to the full length."""
    room = min(LENGTH, len(everybody) - 1)
    while len(related) < room:
        other = everybody[int(rng.random() * len(everybody))]
        if other != own and other not in related:
            related.insert(int(rng.random() * (len(related) + 1)), other)
    return related


def _furnish(
    pocket: _Pocket,
    ring: Sequence[int],
    lists: dict[int, list[int]],
    rng: random.Random,
) -> None:
    group = list(pocket.group)
    for own in group:
        lists[own] = _filled(own, [i for i in group if i != own], ring, rng)
    if pocket.hall is None:
        lists[pocket.door][-3:] = group[:3]
    else:
        lists[pocket.hall] = _filled(pocket.hall, group[:6], ring, rng)
        lists[pocket.door][-1] = pocket.hall
