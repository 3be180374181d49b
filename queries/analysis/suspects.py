"""Suspects: artists whose relatives mostly belong to another class. A report, not a label."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES
from queries.analysis.neighbour_classes import (
    NeighbourClasses,
    Numbers,
    neighbour_classes,
)
from queries.analysis.result import Analysis, Matrix, Table

Indices: TypeAlias = NDArray[np.intp]

COLUMNS = (
    "artist",
    "name",
    "class",
    "likely_class",
    "confidence",
    "relatives_counted",
    "in_own_class",
    "in_likely_class",
)
_METHOD = (
    "Naive Bayes over the classes of an artist's relatives, in either direction: how often"
    " artists of each class have relatives of each class is learned from all other artists;"
    " artists that list each other count once, and relative number r counts 1/log2(r+1)."
    " {discount} Prior assumption: {wrong:.0%} of all classes are wrong. Nothing is random."
)
_SOURCE = (
    "Chakrabarti, Dom & Indyk 1998, Enhanced hypertext categorization using hyperlinks; "
    "Macskassy & Provost 2007, Classification in networked data"
)
_MAX_CONFIDENCE = 0.999


def suspects(
    graph: ArtistGraph,
    *,
    seed: int = 2026,  # noqa: ARG001  every analysis takes one
    wrong_share: float = 0.05,
    min_confidence: float = 0.2,
) -> Analysis:
    """Rank the artists whose relatives mostly belong to another class, most certain first.

    Args:
        graph: The artists; those without a class are neither assessed nor counted.
        seed: Has no effect here.
        wrong_share: The share of classes assumed to be wrong a priori.
        min_confidence: The lowest probability at which an artist is listed.

    Raises:
        AnalysisError: The artists have fewer than two classes.
    """
    neighbours = neighbour_classes(graph)
    posterior = class_posterior(neighbours, wrong_share)
    rows = tuple(_rows(graph, neighbours, posterior, min_confidence))
    classed = int((neighbours.membership.sum(axis=1) > 0).sum())
    return Analysis(
        name="suspects",
        question=ANALYSES["suspects"].question,
        method=_METHOD.format(
            discount=_discount(posterior.evidence_weight), wrong=wrong_share
        ),
        source=_SOURCE,
        tables=(
            Table(
                f"Suspects from confidence {min_confidence:g} on, the most certain first",
                COLUMNS,
                rows,
            ),
            _per_class(neighbours, rows),
        ),
        notes=_notes(posterior, classed, len(rows)),
        figures=(_confusion(neighbours, rows),),
    )


# -- the model ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClassPosterior:
    """Class probabilities of each artist that has a class and relatives with one.

    Attributes:
        artists: Row numbers in `NeighbourClasses`.
        own: The column number of each one's own class.
        probability: artists x classes; each row sums to 1.
        counts: artists x classes; the number of relatives.
        evidence_weight: How much each relative counts, compared with an independent one.
    """

    artists: Indices
    own: Indices
    probability: Numbers
    counts: Numbers
    evidence_weight: float


def class_posterior(neighbours: NeighbourClasses, wrong_share: float) -> ClassPosterior:
    """The probability of each class, given the classes of the relatives and the own one."""
    votes = neighbours.discounts @ neighbours.membership
    counts = neighbours.counts()
    has_class = neighbours.membership.sum(axis=1) > 0
    artists = np.flatnonzero(has_class & (counts.sum(axis=1) > 0))
    own = neighbours.membership[artists].argmax(axis=1)
    sizes = neighbours.membership.sum(axis=0)
    log_prior = np.log(sizes / neighbours.membership.sum())
    log_likelihood = _log_likelihood(votes[artists], own)
    log_own = _log_own_class(len(neighbours.classes), wrong_share)[own]
    weight = _fit_evidence_weight(log_likelihood, log_prior, log_own)
    scores = log_prior + weight * log_likelihood + log_own
    probability = np.exp(_log_normalised(scores))
    return ClassPosterior(artists, own, probability, counts[artists], weight)


def _log_likelihood(votes: Numbers, own: Indices) -> Numbers:
    """Per artist and class, the log-likelihood of the artist's relatives.

    The relatives typical of a class are counted without the artist that is assessed:
    otherwise, in a class of ten, one wrong artist with twenty relatives would support
    itself. Smoothing adds one relative per class, distributed like all relatives, to each
    count.
    """
    size = votes.shape[1]
    mass = np.zeros((size, size))
    np.add.at(mass, own, votes)
    overall = (votes.sum(axis=0) + 1) / (votes.sum() + size)
    log_likelihood = np.zeros_like(votes)
    for column in range(size):
        others = mass[column] - votes * (own == column)[:, None]
        shares = (others + size * overall) / (others.sum(axis=1, keepdims=True) + size)
        # A difference of nearly equal sums may be slightly below zero.
        log_shares = np.log(np.maximum(shares, 1e-9))
        log_likelihood[:, column] = (votes * log_shares).sum(axis=1)
    return log_likelihood


def _fit_evidence_weight(
    log_likelihood: Numbers, log_prior: Numbers, log_own: Numbers
) -> float:
    """The factor on the evidence that makes the given classes most likely.

    Without it naive Bayes is far too certain (Guo et al. 2017, temperature scaling). Some
    of the given classes are wrong, with the probability in `log_own`: these do not count
    as evidence against the relatives.
    """

    def negative_log_likelihood(weight: float) -> float:
        log_shares = _log_normalised(log_prior + weight * log_likelihood)
        return -float(np.log(np.exp(log_shares + log_own).sum(axis=1)).sum())

    if not len(log_likelihood):
        return 1.0
    fitted = minimize_scalar(
        negative_log_likelihood, bounds=(0.02, 1), method="bounded"
    )
    return float(fitted.x)


def _log_own_class(size: int, wrong_share: float) -> Numbers:
    """Log-probability of having one class (rows) where another is right (columns)."""
    probability = np.full((size, size), wrong_share / (size - 1))
    np.fill_diagonal(probability, 1 - wrong_share)
    logarithm: Numbers = np.log(probability)
    return logarithm


def _log_normalised(scores: Numbers) -> Numbers:
    """Shift each row so that the exponentials sum to 1."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    shares: Numbers = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shares


# -- tables ---------------------------------------------------------------------------


def _rows(
    graph: ArtistGraph,
    neighbours: NeighbourClasses,
    posterior: ClassPosterior,
    min_confidence: float,
) -> Iterator[tuple[object, ...]]:
    """The suspects by confidence, then by number of relatives, then in graph order."""
    number = np.arange(len(posterior.artists))
    confidence = 1 - posterior.probability[number, posterior.own]
    others = posterior.probability.copy()
    others[number, posterior.own] = 0
    likely = others.argmax(axis=1)
    total = posterior.counts.sum(axis=1)
    for one in np.lexsort((-total, -confidence)):
        if confidence[one] < min_confidence:
            return
        artist = neighbours.artists[posterior.artists[one]]
        yield (
            artist,
            graph.nodes[artist]["label"],
            neighbours.classes[posterior.own[one]],
            neighbours.classes[likely[one]],
            min(round(float(confidence[one]), 3), _MAX_CONFIDENCE),
            int(total[one]),
            int(posterior.counts[one, posterior.own[one]]),
            int(posterior.counts[one, likely[one]]),
        )


def _per_class(
    neighbours: NeighbourClasses, rows: tuple[tuple[object, ...], ...]
) -> Table:
    """How many artists of each class are suspect."""
    sizes = neighbours.membership.sum(axis=0)
    suspect = [sum(row[2] == one for row in rows) for one in neighbours.classes]
    return Table(
        "Suspects per class",
        ("class", "artists", "suspects", "share"),
        tuple(
            (one, int(size), found, round(found / float(size), 3))
            for one, size, found in zip(neighbours.classes, sizes, suspect, strict=True)
        ),
    )


def _confusion(
    neighbours: NeighbourClasses, rows: tuple[tuple[object, ...], ...]
) -> Matrix:
    pairs = [(row[2], row[3]) for row in rows]
    return Matrix(
        "Suspects: their class (rows) and the class of their relatives (columns)",
        neighbours.classes,
        neighbours.classes,
        tuple(
            tuple(float(pairs.count((own, likely))) for likely in neighbours.classes)
            for own in neighbours.classes
        ),
    )


# -- method and notes -------------------------------------------------------------------


def _discount(evidence_weight: float) -> str:
    """How much a relative counts; the fit ends slightly below 1."""
    if round(evidence_weight, 2) >= 1:
        return (
            "Relatives count as independent of one another: no discount was made, because"
            " none makes the given classes more likely."
        )
    return (
        "Relatives resemble one another, so each counts as"
        f" {evidence_weight:.2f} of an independent one, the value that makes the given"
        " classes most likely."
    )


def _notes(posterior: ClassPosterior, classed: int, listed: int) -> tuple[str, ...]:
    assessed = len(posterior.artists)
    return (
        (
            f"{listed} of {assessed} artists that could be assessed are suspect;"
            f" {classed - assessed} have a class but no relatives with one."
        ),
        (
            "A suspect is a case to review, not a new label: an artist may play one genre"
            " among artists that play another."
        ),
        (
            "confidence is the probability that the class is wrong, if relatives are"
            " evidence; with few relatives it stays uncertain."
        ),
        "Artists with several classes count as having none and are left out.",
    )
