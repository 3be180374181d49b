"""The complementary cumulative distribution of degrees, to be drawn."""

import numpy as np

from queries.analysis.amounts import percent
from queries.analysis.arrays import Ints, Links
from queries.analysis.result import Points


def distribution(links: Links) -> Points:
    """In- and out-degrees, each over the artists of whom it is known."""
    series = (
        ("in-degree, all", links.in_degree),
        ("in-degree, expanded", links.in_degree[links.expanded]),
        ("out-degree, expanded", links.out_degree[links.expanded]),
    )
    return Points(
        "Degree distribution",
        "degree k, from 1 on",
        "share of all these artists with degree k or more",
        tuple(
            (_with_none(name, degrees), *_at_least(degrees))
            for name, degrees in series
            if degrees.any()
        ),
        log_x=True,
        log_y=True,
    )


def _with_none(name: str, degrees: Ints) -> str:
    """A series' name, and how many of it the axis has no place for."""
    none = int((degrees == 0).sum())
    return f"{name} ({percent(none, len(degrees))} have 0)" if none else name


def _at_least(degrees: Ints) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Each degree above 0 that occurs, and the share of all with at least as many.

    A logarithmic axis has no place for 0: the first share is below 1 by those of degree 0.
    """
    values, counts = np.unique(degrees, return_counts=True)
    shares = counts[::-1].cumsum()[::-1] / len(degrees)
    above = values > 0
    return tuple(values[above].astype(float).tolist()), tuple(shares[above].tolist())
