"""Artists whose relatives mostly belong to another class: a report, never a label."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from graph.views.artists import ArtistGraph
from queries.analysis.neighbour_classes import Numbers, Relatives, relatives_of
from queries.analysis.result import Analysis, Matrix, Table

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
METHOD = (
    "Naive Bayes over the classes of an artist's relatives, in either direction: how "
    "often artists of each class have relatives of each class is learned from all "
    "other artists, who list each other count once, and relative number r counts "
    "1/log2(r+1). {worth} {wrong:.0%} "
    "of all classes are taken to be wrong beforehand. No chance is in it."
)
SOURCE = (
    "Chakrabarti, Dom & Indyk 1998, Enhanced hypertext categorization using hyperlinks; "
    "Macskassy & Provost 2007, Classification in networked data"
)


def suspects(
    graph: ArtistGraph,
    *,
    seed: int = 2026,  # noqa: ARG001  every analysis takes one
    wrong_share: float = 0.05,
    min_confidence: float = 0.2,
) -> Analysis:
    """Whose relatives mostly belong to another class, the surest first.

    Args:
        graph: The artists; those without a class are neither judged nor counted.
        seed: Changes nothing here.
        wrong_share: Which share of classes is taken to be wrong before looking.
        min_confidence: From which probability on an artist is listed.

    Raises:
        AnalysisError: The artists have fewer than two classes.
    """
    relatives = relatives_of(graph)
    judged = judge(relatives, wrong_share)
    rows = tuple(_rows(graph, relatives, judged, min_confidence))
    counted = int((relatives.own.sum(axis=1) > 0).sum())
    return Analysis(
        name="suspects",
        question="Whose relatives mostly belong to another class, and how sure is that?",
        method=METHOD.format(worth=_discount(judged.worth), wrong=wrong_share),
        source=SOURCE,
        tables=(
            Table(
                f"Suspects, the surest first, from confidence {min_confidence:g} on",
                COLUMNS,
                rows,
            ),
            _per_class(relatives, rows),
        ),
        notes=_notes(judged, counted, len(rows)),
        figures=(_moves(relatives, rows),),
    )


def _discount(worth: float) -> str:
    """What a relative is worth, in words; the search ends a hair below 1."""
    if round(worth, 2) >= 1:
        return (
            "Relatives count as independent of one another: no discount was made, for none "
            "makes the classes given more likely."
        )
    return (
        f"Relatives resemble one another, so each is worth {worth:.2f} of an independent "
        "one, the value that makes the classes given most likely."
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What relatives say of each artist that has a class and relatives with one.

    Attributes:
        artists: Places in `Relatives.artists`.
        own: The place of each one's own class.
        posterior: artists x classes, rows that add up to 1.
        counts: artists x classes, how many relatives.
        worth: How much of an independent relative each one is.
    """

    artists: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    own: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    posterior: Numbers
    counts: Numbers
    worth: float


def judge(relatives: Relatives, wrong_share: float) -> Judgement:
    """The probability of each class, given the classes of the relatives and the own one."""
    votes = relatives.related @ relatives.own
    counts = relatives.counts()
    artists = np.flatnonzero((relatives.own.sum(axis=1) > 0) & (counts.sum(axis=1) > 0))
    own = relatives.own[artists].argmax(axis=1)
    prior = np.log(relatives.own.sum(axis=0) / relatives.own.sum())
    evidence = _evidence(votes[artists], own)
    given = _own_class(len(relatives.classes), wrong_share)[own]
    worth = _worth(evidence, prior, given)
    posterior = np.exp(_log_shares(prior + worth * evidence + given))
    return Judgement(artists, own, posterior, counts[artists], worth)


def _evidence(
    votes: Numbers, own: "np.ndarray[tuple[int], np.dtype[np.intp]]"
) -> Numbers:
    """Per artist and class the log-likelihood of its relatives.

    What artists of a class have for relatives is counted without the artist that is
    judged: in a class of ten, one wrong artist with twenty relatives would vouch for
    itself. One relative per class, spread as all are, is added to each count.
    """
    number = votes.shape[1]
    mass = np.zeros((number, number))
    np.add.at(mass, own, votes)
    usual = (votes.sum(axis=0) + 1) / (votes.sum() + number)
    evidence = np.zeros_like(votes)
    for one in range(number):
        others = mass[one] - votes * (own == one)[:, None]
        shares = (others + number * usual) / (
            others.sum(axis=1, keepdims=True) + number
        )
        # A difference of nearly equal sums may come out a hair below zero.
        evidence[:, one] = (votes * np.log(np.maximum(shares, 1e-9))).sum(axis=1)
    return evidence


def _worth(evidence: Numbers, prior: Numbers, given: Numbers) -> float:
    """The factor on the evidence under which the classes given are most likely.

    Without it naive Bayes is far too sure (Guo et al. 2017, temperature scaling). Some
    classes are wrong, and are as unlikely as `given` says: they do not count as
    evidence against the relatives.
    """

    def unlikeliness(worth: float) -> float:
        likely = np.exp(_log_shares(prior + worth * evidence) + given)
        return -float(np.log(likely.sum(axis=1)).sum())

    if not len(evidence):
        return 1.0
    return float(minimize_scalar(unlikeliness, bounds=(0.02, 1), method="bounded").x)


def _own_class(number: int, wrong_share: float) -> Numbers:
    """Log-probability of carrying one class (rows) where another is right (columns)."""
    wrong = np.full((number, number), wrong_share / (number - 1))
    np.fill_diagonal(wrong, 1 - wrong_share)
    logarithm: Numbers = np.log(wrong)
    return logarithm


def _log_shares(scores: Numbers) -> Numbers:
    """Rows of logarithms whose exponentials add up to 1."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    shares: Numbers = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shares


def _rows(
    graph: ArtistGraph, relatives: Relatives, judged: Judgement, min_confidence: float
) -> Iterator[tuple[object, ...]]:
    """The listed artists; equally sure ones by how many relatives say so, then by id."""
    number = np.arange(len(judged.artists))
    confidence = 1 - judged.posterior[number, judged.own]
    others = judged.posterior.copy()
    others[number, judged.own] = 0
    likely = others.argmax(axis=1)
    total = judged.counts.sum(axis=1)
    for one in np.lexsort((-total, -confidence)):
        if confidence[one] < min_confidence:
            return
        artist = relatives.artists[judged.artists[one]]
        yield (
            artist,
            graph.nodes[artist]["label"],
            relatives.classes[judged.own[one]],
            relatives.classes[likely[one]],
            min(round(float(confidence[one]), 3), 0.999),  # nobody is sure beyond that
            int(total[one]),
            int(judged.counts[one, judged.own[one]]),
            int(judged.counts[one, likely[one]]),
        )


def _per_class(relatives: Relatives, rows: tuple[tuple[object, ...], ...]) -> Table:
    """How many of each class are suspect."""
    sizes = relatives.own.sum(axis=0)
    suspect = [sum(row[2] == one for row in rows) for one in relatives.classes]
    return Table(
        "Suspects per class",
        ("class", "artists", "suspects", "share"),
        tuple(
            (one, int(size), found, round(found / float(size), 3))
            for one, size, found in zip(relatives.classes, sizes, suspect, strict=True)
        ),
    )


def _moves(relatives: Relatives, rows: tuple[tuple[object, ...], ...]) -> Matrix:
    pairs = [(row[2], row[3]) for row in rows]
    return Matrix(
        "Suspects: their class (rows) and the class of their relatives (columns)",
        relatives.classes,
        relatives.classes,
        tuple(
            tuple(float(pairs.count((start, end))) for end in relatives.classes)
            for start in relatives.classes
        ),
    )


def _notes(judged: Judgement, counted: int, listed: int) -> tuple[str, ...]:
    return (
        (
            f"{listed} of {len(judged.artists)} artists that could be judged are suspect; "
            f"{counted - len(judged.artists)} have a class and no relative with one."
        ),
        (
            "This is where to look, not a new label: an artist may play one genre among "
            "people who play another."
        ),
        (
            "confidence is the probability that the class is wrong, if relatives tell; "
            "few relatives leave much doubt."
        ),
        "Artists of several classes have no class here and are not counted.",
    )
