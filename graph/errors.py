"""What can go wrong with the graph.

GraphError
├── StoreUnreachableError   no answer from the database; later may be better
├── StoreRefusedError       the database said no: credentials, permissions, a query it will not run
│   ├── NoStoreError            there is no store yet, and none was to be made
│   └── UnfinishedCopyError     a copy into the store has begun and not ended
├── ForeignDatabaseError    the database holds somebody else's nodes
├── SchemaMismatchError     the store was made by another version of this program
├── GraphChangedError       a graph was written to while it was copied
├── BadQueryError           a query that cannot be run: its text, its parameters, or that it writes
└── BadGraphFileError       a graph file that cannot be read, with the line
"""


class GraphError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        hint: What the person at the keyboard can do next, as a sentence.
    """

    hint = ""

    def __init__(self, what: str, *, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return self.what


class StoreUnreachableError(GraphError):
    """The database did not answer. Raised once the driver's own retries are spent."""

    hint = (
        "Start it with `docker compose up -d`, "
        "or leave NEO4J_URI unset for the embedded store."
    )


class StoreRefusedError(GraphError):
    """The database answered and said no."""


class NoStoreError(StoreRefusedError):
    """There is no store at that place yet."""

    hint = "Run `genregraph crawl RECIPE` or `genregraph store init` first."


class UnfinishedCopyError(StoreRefusedError):
    """Only a part of a graph is in the store: nothing else may use it."""


class ForeignDatabaseError(GraphError):
    """The database has nodes but no version node of ours: it is never written to."""

    hint = (
        "Name an empty database, or take this one into use with "
        "`genregraph store init --adopt`."
    )


class SchemaMismatchError(GraphError):
    """The store was made by another version of this program."""


class GraphChangedError(GraphError):
    """A graph was written to while it was copied, so that the copy is none."""


class BadQueryError(GraphError):
    """A query that cannot be run as it stands."""


class BadGraphFileError(GraphError):
    """A graph file that cannot be read."""
