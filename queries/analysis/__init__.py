"""The analyses: questions about the artist graph that are answered in Python.

Each is a function `(graph, *, seed) -> Analysis` in a module of its name, that is
imported when it is asked for: this list costs nothing to read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from graph.views.artists import ArtistGraph
    from queries.analysis.result import Analysis


class AnalysisFunction(Protocol):
    """An analysis, ready to be made of a graph."""

    def __call__(self, graph: "ArtistGraph", *, seed: int = 2026) -> "Analysis":
        """The outcome, the same for the same graph and seed.

        Raises:
            AnalysisError: This graph lacks what the analysis needs.
        """
        ...


@dataclass(frozen=True, slots=True)
class AnalysisSpec:
    """One analysis of the list: its name, what it answers, and what it does about it."""

    name: str
    question: str
    does: str

    def load(self) -> AnalysisFunction:
        """Import its module and take its function."""
        return cast(
            "AnalysisFunction",
            getattr(import_module(f"queries.analysis.{self.name}"), self.name),
        )


# `paths` is asked with two artists, and is no part of this list.
ANALYSES: Mapping[str, AnalysisSpec] = {
    listed.name: listed
    for listed in (
        AnalysisSpec(
            "summary",
            "What graph did this crawl leave, and how far can its numbers be trusted?",
            "Count artists, parts and degrees, and what the crawl did.",
        ),
        AnalysisSpec(
            "assortativity",
            "Do artists list artists of their own class and genres more than chance would?",
            "Compare edges inside classes and genres with those of shuffled graphs.",
        ),
        AnalysisSpec(
            "communities",
            "Which artists list one another more than chance would, and are these the classes?",
            "Divide the artists into communities, and compare with the classes.",
        ),
        AnalysisSpec(
            "centrality",
            "Which artists do the others point to, and who lies between them?",
            "Rank the artists by how central they are.",
        ),
        AnalysisSpec(
            "bridges",
            "Which artists join two classes?",
            "List the artists who join two classes.",
        ),
        AnalysisSpec(
            "suspects",
            "Whose relatives mostly belong to another class, and how sure is that?",
            "List the artists whose class their relatives put in doubt.",
        ),
    )
}
