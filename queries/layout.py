"""Places for artists in a plane, so that those who list each other lie together.

The forces are those of ForceAtlas2 (Jacomy, Venturini, Heymann and Bastian, PLoS ONE
9(6), 2014): related artists pull each other, all artists push each other away, the
more so the more relatives they have. networkx sums that push over all pairs, which
takes minutes for 10,000 artists. Here a fast Fourier transform sums it over a grid, as
FIt-SNE does (Linderman and others, Nature Methods 16, 2019): the time grows with the
number of artists and not with its square.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse, spatial

from graph.views.artists import ArtistGraph

Plane: TypeAlias = NDArray[np.float64]  # shape (artists, 2)

# A smaller island of artists shows nothing about regions, and would drift about.
_SMALLEST_ISLAND = 4
_ROUNDS = 400
# Against the push it spreads the artists evenly over a disc; ten times as much would
# flatten the regions, and a tenth would leave them as far islands.
_GRAVITY = 0.1
_PUSH = 2.0
_BELT_SPACING = 1.6


def positions(
    graph: ArtistGraph, *, seed: int = 2026
) -> dict[str, tuple[float, float]]:
    """A place for each artist; the whole picture lies within -1,000 and 1,000.

    Only the relations decide, and a nearer rank pulls harder. Classes matter only for
    artists without relations to the rest: they form a belt around it, each class on the
    side where most of it lies. The same graph and seed give the same places on a machine.
    """
    joined, alone = _islands(graph)
    inside = _by_forces(graph, joined, seed)
    together = np.vstack([inside, _belt(graph, joined, inside, alone)])
    if len(together):
        together -= (together.max(axis=0) + together.min(axis=0)) / 2
        together *= 1000 / max(1.0, float(np.abs(together).max()))
    placed = zip((*joined, *alone), together.tolist(), strict=True)
    by_artist = {artist: (round(x, 2), round(y, 2)) for artist, (x, y) in placed}
    return {artist: by_artist[artist] for artist in graph}


def _islands(graph: ArtistGraph) -> tuple[list[str], list[str]]:
    """The artists of the larger islands, and the others, island by island."""
    islands = [set(one) for one in nx.weakly_connected_components(graph)]
    largest = max(map(len, islands), default=0)
    smallest = max(2, min(_SMALLEST_ISLAND, largest))
    number = {a: n for n, one in enumerate(islands) for a in one}
    large = [a for a in graph if len(islands[number[a]]) >= smallest]
    small = [a for a in graph if len(islands[number[a]]) < smallest]
    return large, sorted(small, key=number.__getitem__)


# -- forces ----------------------------------------------------------------------


def _by_forces(graph: ArtistGraph, artists: Sequence[str], seed: int) -> Plane:
    random = np.random.default_rng(seed)
    if len(artists) < 2:  # noqa: PLR2004  one artist has no shape
        return np.zeros((len(artists), 2))
    pull = _pull(graph, artists)
    mass = 1.0 + np.asarray((pull > 0).sum(axis=1)).ravel()
    places = _start(pull, random) * np.sqrt(mass.sum()) * 2
    places = _settle(places, pull, mass)
    return _apart(places / _spacing(places))


def _pull(graph: ArtistGraph, artists: Sequence[str]) -> sparse.csr_array:
    """How hard two artists pull each other, a symmetric matrix."""
    place = {artist: number for number, artist in enumerate(artists)}
    edges = [
        (place[start], place[end], 1 / np.sqrt(rank))
        for start, end, rank in graph.edges(data="rank", default=1)
        if start in place
    ]
    starts, ends, strengths = zip(*edges, strict=True)
    shape = (len(artists), len(artists))
    one_way = sparse.csr_array((strengths, (starts, ends)), shape=shape)
    return sparse.csr_array(one_way + one_way.T)


def _start(pull: sparse.csr_array, random: np.random.Generator) -> Plane:
    """Random places, each then moved among its relatives: a coarse spectral map."""
    count = pull.shape[0]
    mean = sparse.diags_array(1 / pull.sum(axis=1)) @ pull
    places = random.normal(size=(count, 2))
    for _ in range(60):
        places = 0.5 * (places + mean @ places)
        places -= places.mean(axis=0)
        places, _ = np.linalg.qr(places)
    ranks = places.argsort(axis=0).argsort(axis=0)
    # Even over the square: a spectral map heaps up all but its outliers.
    return np.asarray(ranks / count - 0.5 + random.normal(size=(count, 2)) * 1e-3)


def _settle(places: Plane, pull: sparse.csr_array, mass: Plane) -> Plane:
    """Apply the forces; the steps are those of ForceAtlas2, longer where they agree."""
    degree = np.asarray(pull.sum(axis=1)).ravel()
    grid = _Grid.of(_cells(len(places)))
    before = np.zeros_like(places)
    speed = 1.0
    for number in range(_ROUNDS):
        force = pull @ places - degree[:, None] * places
        force += _PUSH * mass[:, None] * grid.push(places, mass)
        force -= _GRAVITY * mass[:, None] * places
        swing = np.linalg.norm(force - before, axis=1)
        drive = np.linalg.norm(force + before, axis=1) / 2
        wanted = (mass * drive).sum() / (mass * swing).sum()
        speed = min(float(wanted), 1.5 * speed)
        step = speed / (1 + np.sqrt(speed * swing))
        places = places + force * step[:, None] * (1 - number / _ROUNDS) ** 0.3
        before = force
    return places


def _cells(count: int) -> int:
    """Cells along a side: over two for each artist, and a power of two for the transform."""
    return int(2 ** np.ceil(np.log2(max(32.0, 2.5 * np.sqrt(count)))))


@dataclass(frozen=True, slots=True)
class _Grid:
    """A square of cells over the plane, and the push of one cell on all the others."""

    cells: int
    kernel: NDArray[np.complex128]

    @classmethod
    def of(cls, cells: int) -> "_Grid":
        away = fft.fftfreq(2 * cells, 1 / (2 * cells))
        x, y = np.meshgrid(away, away, indexing="ij")
        square = x**2 + y**2 + 0.25
        return cls(cells, fft.rfft2(np.stack([x / square, y / square])))

    def push(self, places: Plane, mass: Plane) -> Plane:
        """The sum of mass / distance, away from every other artist."""
        low = places.min(axis=0)
        size = float((places.max(axis=0) - low).max()) / (self.cells - 2) + 1e-9
        scaled = (places - low) / size
        corner = scaled.astype(np.intp)
        inside = scaled - corner
        shares = [
            (corner + np.array((i, j)), _share(inside, i, j))
            for i in (0, 1)
            for j in (0, 1)
        ]
        masses = np.zeros((2 * self.cells, 2 * self.cells))
        for cell, share in shares:
            np.add.at(masses, (cell[:, 0], cell[:, 1]), mass * share)
        field = fft.irfft2(fft.rfft2(masses) * self.kernel, s=masses.shape)
        pushed = sum(field[:, c[:, 0], c[:, 1]] * share for c, share in shares)
        return np.asarray(pushed).T / size


def _share(inside: Plane, i: int, j: int) -> NDArray[np.float64]:
    """The share of an artist that belongs to a corner of its cell."""
    x, y = inside[:, 0], inside[:, 1]
    return np.asarray((x if i else 1 - x) * (y if j else 1 - y))


def _spacing(places: Plane) -> float:
    """The usual distance of an artist to the nearest other one."""
    nearest = spatial.cKDTree(places).query(places, k=2)[0][:, 1]
    return float(np.median(nearest)) + 1e-9


def _apart(places: Plane) -> Plane:
    """Push overlapping artists apart, so that each can be seen."""
    for _ in range(30):
        pairs = spatial.cKDTree(places).query_pairs(1.0, output_type="ndarray")
        if not len(pairs):
            break
        a, b = pairs.T
        between = places[a] - places[b]
        distance = np.linalg.norm(between, axis=1, keepdims=True) + 1e-6
        shift = between / distance * (1.0 - distance) * 0.3
        places = places.copy()
        np.add.at(places, a, shift)
        np.add.at(places, b, -shift)
    return places


# -- artists without relations to the rest -----------------------------------------


def _belt(
    graph: ArtistGraph, joined: Sequence[str], places: Plane, alone: Sequence[str]
) -> Plane:
    """Rings around the rest, class by class, each class on the side where most of it lies."""
    middle = places.mean(axis=0) if len(places) else np.zeros(2)
    away = places - middle
    radius = float(np.linalg.norm(away, axis=1).max(initial=1.0)) * 1.06
    sides = _sides(graph, joined, away)
    classes = [graph.nodes[artist]["class"] for artist in alone]
    # Artists without a class come last; the sort is stable, so islands stay together.
    keys = [(not name, sides.get(name, np.pi), name) for name in classes]
    order = sorted(range(len(alone)), key=keys.__getitem__)
    rows = int(np.ceil(len(alone) * _BELT_SPACING / (2 * np.pi * radius)))
    turn = np.linspace(-np.pi, np.pi, len(alone), endpoint=False)
    ring = radius + _BELT_SPACING * (np.arange(len(alone)) % max(1, rows))
    outside = np.empty((len(alone), 2))
    outside[order] = (
        middle + np.stack([np.cos(turn), np.sin(turn)], axis=1) * (ring[:, None])
    )
    return outside


def _sides(graph: ArtistGraph, artists: Sequence[str], away: Plane) -> dict[str, float]:
    """The direction from the middle in which most of a class lies."""
    sums: dict[str, complex] = {}
    for artist, (x, y) in zip(artists, away.tolist(), strict=True):
        name = graph.nodes[artist]["class"]
        sums[name] = sums.get(name, 0j) + complex(x, y)
    return {name: float(np.angle(one)) for name, one in sums.items()}
