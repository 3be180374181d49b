"""What can go wrong with an analysis.

GraphError
└── AnalysisError   this graph cannot answer the question: too small, or without what it needs
"""

from graph.errors import GraphError


class AnalysisError(GraphError):
    """The graph lacks what the analysis needs: artists, edges, classes or genres."""

    hint = "Crawl more artists first: `genregraph crawl RECIPE`."
