"""Positions of artists in a plane, such that artists that list each other are close.

The forces are those of ForceAtlas2 (Jacomy, Venturini, Heymann and Bastian, PLoS ONE 9(6),
2014): related artists attract each other, and all artists repel each other, more strongly
the more relatives they have. networkx sums the repulsion over all pairs, which takes
minutes for 10,000 artists. Here it is summed over a grid by a fast Fourier transform, as in
FIt-SNE (Linderman and others, Nature Methods 16, 2019), so the time grows with the number of
artists, not with its square.
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

# Smaller components reveal nothing about regions and would drift around.
_MIN_COMPONENT = 4
_ITERATIONS = 400
# Together with the repulsion, gravity spreads the artists evenly over a disc. Ten times as
# much would flatten the regions; a tenth would leave them far apart.
_GRAVITY = 0.1
_REPULSION = 2.0
_BELT_SPACING = 1.6


def positions(
    graph: ArtistGraph, *, seed: int = 2026
) -> dict[str, tuple[float, float]]:
    """Compute a position for each artist, with coordinates from -1,000 to 1,000.

    Only edges matter, and nearer ranks attract more strongly. Classes have no effect,
    except for artists in small components: these form a belt around the others, each
    class on the side where most of it lies. On one machine, the same graph and seed give
    the same positions.
    """
    connected, outside = _split_components(graph)
    inside = _by_forces(graph, connected, seed)
    together = np.vstack([inside, _belt(graph, connected, inside, outside)])
    if len(together):
        together -= (together.max(axis=0) + together.min(axis=0)) / 2
        together *= 1000 / max(1.0, float(np.abs(together).max()))
    placed = zip((*connected, *outside), together.tolist(), strict=True)
    by_artist = {artist: (round(x, 2), round(y, 2)) for artist, (x, y) in placed}
    return {artist: by_artist[artist] for artist in graph}


def _split_components(graph: ArtistGraph) -> tuple[list[str], list[str]]:
    """Artists of the larger components, and the others, component by component."""
    components = [set(one) for one in nx.weakly_connected_components(graph)]
    largest = max(map(len, components), default=0)
    smallest = max(2, min(_MIN_COMPONENT, largest))
    number = {a: n for n, one in enumerate(components) for a in one}
    large = [a for a in graph if len(components[number[a]]) >= smallest]
    small = [a for a in graph if len(components[number[a]]) < smallest]
    return large, sorted(small, key=number.__getitem__)


# -- forces ----------------------------------------------------------------------


def _by_forces(graph: ArtistGraph, artists: Sequence[str], seed: int) -> Plane:
    random = np.random.default_rng(seed)
    if len(artists) < 2:  # noqa: PLR2004  a layout needs two artists
        return np.zeros((len(artists), 2))
    attraction = _attraction(graph, artists)
    mass = 1.0 + np.asarray((attraction > 0).sum(axis=1)).ravel()
    positions = _start(attraction, random) * np.sqrt(mass.sum()) * 2
    positions = _iterate(positions, attraction, mass)
    return _separate(positions / _spacing(positions))


def _attraction(graph: ArtistGraph, artists: Sequence[str]) -> sparse.csr_array:
    """How strongly each two artists attract each other, a symmetric matrix."""
    number = {artist: place for place, artist in enumerate(artists)}
    edges = [
        (number[start], number[end], 1 / np.sqrt(rank))
        for start, end, rank in graph.edges(data="rank", default=1)
        if start in number
    ]
    starts, ends, strengths = zip(*edges, strict=True)
    shape = (len(artists), len(artists))
    one_way = sparse.csr_array((strengths, (starts, ends)), shape=shape)
    return sparse.csr_array(one_way + one_way.T)


def _start(attraction: sparse.csr_array, random: np.random.Generator) -> Plane:
    """Start positions: random, then averaged over relatives, a coarse spectral layout."""
    count = attraction.shape[0]
    mean = sparse.diags_array(1 / attraction.sum(axis=1)) @ attraction
    positions = random.normal(size=(count, 2))
    for _ in range(60):
        positions = 0.5 * (positions + mean @ positions)
        positions -= positions.mean(axis=0)
        positions, _ = np.linalg.qr(positions)
    ranks = positions.argsort(axis=0).argsort(axis=0)
    # Ranks are even over the square; a spectral layout crowds all but its outliers.
    return np.asarray(ranks / count - 0.5 + random.normal(size=(count, 2)) * 1e-3)


def _iterate(positions: Plane, attraction: sparse.csr_array, mass: Plane) -> Plane:
    """Apply the forces with the step sizes of ForceAtlas2, larger where forces persist."""
    degree = np.asarray(attraction.sum(axis=1)).ravel()
    grid = _Grid.of(_cells(len(positions)))
    before = np.zeros_like(positions)
    speed = 1.0
    for number in range(_ITERATIONS):
        force = attraction @ positions - degree[:, None] * positions
        force += _REPULSION * mass[:, None] * grid.repulsion(positions, mass)
        force -= _GRAVITY * mass[:, None] * positions
        swing = np.linalg.norm(force - before, axis=1)
        drive = np.linalg.norm(force + before, axis=1) / 2
        wanted = (mass * drive).sum() / (mass * swing).sum()
        speed = min(float(wanted), 1.5 * speed)
        step = speed / (1 + np.sqrt(speed * swing))
        positions = (
            positions + force * step[:, None] * (1 - number / _ITERATIONS) ** 0.3
        )
        before = force
    return positions


def _cells(count: int) -> int:
    """Cells along a side: about 2.5 per artist, as a power of two for the transform."""
    return int(2 ** np.ceil(np.log2(max(32.0, 2.5 * np.sqrt(count)))))


@dataclass(frozen=True, slots=True)
class _Grid:
    """A square grid over the plane, and the repulsion of one cell on all others."""

    cells: int
    kernel: NDArray[np.complex128]

    @classmethod
    def of(cls, cells: int) -> "_Grid":
        away = fft.fftfreq(2 * cells, 1 / (2 * cells))
        x, y = np.meshgrid(away, away, indexing="ij")
        square = x**2 + y**2 + 0.25
        return cls(cells, fft.rfft2(np.stack([x / square, y / square])))

    def repulsion(self, positions: Plane, mass: Plane) -> Plane:
        """Per artist, the sum of mass / distance, directed away from every other artist."""
        low = positions.min(axis=0)
        size = float((positions.max(axis=0) - low).max()) / (self.cells - 2) + 1e-9
        scaled = (positions - low) / size
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
        forces = sum(field[:, c[:, 0], c[:, 1]] * share for c, share in shares)
        return np.asarray(forces).T / size


def _share(inside: Plane, i: int, j: int) -> NDArray[np.float64]:
    """The share of an artist that belongs to one corner of its cell."""
    x, y = inside[:, 0], inside[:, 1]
    return np.asarray((x if i else 1 - x) * (y if j else 1 - y))


def _spacing(positions: Plane) -> float:
    """The median distance of an artist to its nearest neighbour."""
    nearest = spatial.cKDTree(positions).query(positions, k=2)[0][:, 1]
    return float(np.median(nearest)) + 1e-9


def _separate(positions: Plane) -> Plane:
    """Move overlapping artists apart, so that each is visible."""
    for _ in range(30):
        pairs = spatial.cKDTree(positions).query_pairs(1.0, output_type="ndarray")
        if not len(pairs):
            break
        a, b = pairs.T
        between = positions[a] - positions[b]
        distance = np.linalg.norm(between, axis=1, keepdims=True) + 1e-6
        shift = between / distance * (1.0 - distance) * 0.3
        positions = positions.copy()
        np.add.at(positions, a, shift)
        np.add.at(positions, b, -shift)
    return positions


# -- artists in small components -----------------------------------------------------


def _belt(
    graph: ArtistGraph,
    connected: Sequence[str],
    positions: Plane,
    others: Sequence[str],
) -> Plane:
    """Rings around the rest, class by class, each on the side where most of it lies."""
    middle = positions.mean(axis=0) if len(positions) else np.zeros(2)
    away = positions - middle
    radius = float(np.linalg.norm(away, axis=1).max(initial=1.0)) * 1.06
    sides = _class_directions(graph, connected, away)
    classes = [graph.nodes[artist]["class"] for artist in others]
    # Artists without a class come last. The sort is stable, so components stay together.
    keys = [(not name, sides.get(name, np.pi), name) for name in classes]
    order = sorted(range(len(others)), key=keys.__getitem__)
    rows = int(np.ceil(len(others) * _BELT_SPACING / (2 * np.pi * radius)))
    turn = np.linspace(-np.pi, np.pi, len(others), endpoint=False)
    ring = radius + _BELT_SPACING * (np.arange(len(others)) % max(1, rows))
    outside = np.empty((len(others), 2))
    outside[order] = (
        middle + np.stack([np.cos(turn), np.sin(turn)], axis=1) * (ring[:, None])
    )
    return outside


def _class_directions(
    graph: ArtistGraph, artists: Sequence[str], away: Plane
) -> dict[str, float]:
    """Per class, the direction from the middle in which most of it lies, as an angle."""
    sums: dict[str, complex] = {}
    for artist, (x, y) in zip(artists, away.tolist(), strict=True):
        name = graph.nodes[artist]["class"]
        sums[name] = sums.get(name, 0j) + complex(x, y)
    return {name: float(np.angle(one)) for name, one in sums.items()}
