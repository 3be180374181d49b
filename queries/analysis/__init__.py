"""The analyses: questions about the artist graph that Python code answers.

Each analysis is a function `(graph, *, seed) -> Analysis` in a module of the same name.
`AnalysisSpec.load` imports that module, so importing this list is cheap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from graph.views.artists import ArtistGraph
    from queries.analysis.result import Analysis


class AnalysisFunction(Protocol):
    """A function that analyses an artist graph."""

    def __call__(self, graph: "ArtistGraph", *, seed: int = 2026) -> "Analysis":
        """Analyse a graph; the same graph and seed give the same result.

        Raises:
            AnalysisError: The graph lacks what the analysis needs.
        """
        ...


@dataclass(frozen=True, slots=True)
class AnalysisSpec:
    """One entry of the list of analyses.

    Attributes:
        description: What the command does, as an imperative sentence.
    """

    name: str
    question: str
    description: str

    def load(self) -> AnalysisFunction:
        """Import the module of this analysis and return its function."""
        return cast(
            "AnalysisFunction",
            getattr(import_module(f"queries.analysis.{self.name}"), self.name),
        )


ANALYSES: Mapping[str, AnalysisSpec] = {
    spec.name: spec
    for spec in (
        AnalysisSpec(
            "summary",
            "What does the crawled graph look like, and how far can its numbers be"
            " trusted?",
            "Count artists, components and degrees, and report how the crawl biases them.",
        ),
        AnalysisSpec(
            "assortativity",
            "Do artists list artists of their own class and genres more often than"
            " expected by chance?",
            "Compare edges inside classes and genres with those of shuffled graphs.",
        ),
        AnalysisSpec(
            "communities",
            "Which artists list each other more often than expected by chance, and do"
            " these communities match the classes?",
            "Divide the artists into communities and compare these with the classes.",
        ),
        AnalysisSpec(
            "centrality",
            "Which artists are listed by many others, and which lie on the paths between"
            " others?",
            "Rank the artists by four measures of centrality.",
        ),
        AnalysisSpec(
            "bridges",
            "Which artists connect two classes?",
            "List the artists that connect two classes.",
        ),
        AnalysisSpec(
            "suspects",
            "Which artists have relatives mostly of another class, and how certain is"
            " that?",
            "List the artists whose relatives suggest another class.",
        ),
    )
}
# Takes two artists besides the graph, so it is not in the list above.
PATHS = AnalysisSpec(
    "paths",
    "What are the shortest paths from one artist to another?",
    "Find the shortest paths from one artist to another.",
)
