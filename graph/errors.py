"""The errors that this package raises on purpose, and the base class of all packages'.

HintedError                     a message and a hint
└── GraphError
    ├── StoreUnreachableError   the database does not answer; a later attempt may succeed
    ├── StoreRefusedError       the database refuses: credentials, permissions, a query
    │   └── NoStoreError            there is no store yet, and the caller does not create one
    ├── ForeignDatabaseError    the database contains nodes that are not genregraph's
    ├── SchemaMismatchError     another version of this program created the store
    ├── LeaseLostError          another crawler has taken over the crawl
    ├── GraphChangedError       a graph was written to while it was copied
    ├── BadQueryError           a query cannot be run: bad text or parameters, or it writes
    └── BadGraphFileError       a graph file cannot be read; the message names the line
"""


class HintedError(Exception):
    """Base of every error that `graph`, `queries` or `crawler` raises on purpose.

    `str(error)` is the message: one lower-case clause that names the thing. The command
    line prints it and the hint, without a traceback.

    Attributes:
        hint: What the user can do next, as a sentence. A class may set a default.
    """

    hint = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class GraphError(HintedError):
    """Base of every error that this package raises on purpose."""


class StoreUnreachableError(GraphError):
    """The database did not answer, after all retries."""

    hint = (
        "Start it with `docker compose up -d`, "
        "or leave NEO4J_URI unset for the embedded store."
    )


class StoreRefusedError(GraphError):
    """The database answered and refused."""


class NoStoreError(StoreRefusedError):
    """There is no store at this address or folder yet."""

    hint = "Run `genregraph crawl RECIPE` or `genregraph store init` first."


class ForeignDatabaseError(GraphError):
    """The database has nodes but no version node of ours, so nothing is written to it."""

    hint = (
        "Name an empty database, or add a store to this one with "
        "`genregraph store init --adopt`."
    )


class SchemaMismatchError(GraphError):
    """Another version of this program created the store."""


class LeaseLostError(GraphError):
    """The token of the lease is no longer valid; the transaction wrote nothing.

    Attributes:
        holder: The name of the crawler that holds it now, or None.
    """

    hint = "Run the same command again: it stands by and continues when the other one stops."

    def __init__(self, holder: str | None) -> None:
        self.holder = holder
        name = "another crawler" if holder is None else f"crawler {holder}"
        super().__init__(f"{name} has taken over the crawl")


class GraphChangedError(GraphError):
    """A graph was written to while it was copied, so the copy is not valid."""


class BadQueryError(GraphError):
    """A query that cannot be run in its present form."""


class BadGraphFileError(GraphError):
    """A graph file that cannot be read."""
