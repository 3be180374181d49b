"""The errors that the queries and analyses raise on purpose.

HintedError (of `graph.errors`)
└── QueriesError
    ├── AnalysisError       the graph cannot answer the question: it is too small or lacks data
    └── NoParquetError      the library that writes Parquet is not installed

A query that cannot be run is a `graph.errors.BadQueryError`: the store refuses some, too.
"""

from graph.errors import HintedError


class QueriesError(HintedError):
    """Base of every error that this package raises on purpose."""


class AnalysisError(QueriesError):
    """The graph lacks what the analysis needs: artists, edges, classes or genres."""

    hint = "Crawl more artists first: `genregraph crawl RECIPE`."


class NoParquetError(QueriesError):
    """The library that writes Parquet is not installed."""

    hint = (
        'Install it with `pip install ".[parquet]"` in the checkout, or with '
        "`pipx inject genregraph pyarrow` where pipx installed genregraph. "
        "Or name a .csv folder."
    )
