"""The interface of a store of the music graph.

Each write is one transaction, and idempotent: running it twice has the same effect as
running it once. So a caller repeats a write whose outcome it does not know, for example
after a lost connection.

`graph.bolt_store.BoltStore` implements the whole interface on a database. The tests have
a second implementation of `CrawlStore`, in memory, and compare the two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from graph.model.crawl import AddedSeeds, Crawl, Plan, Snapshot, WorkResult
from graph.model.lease import Acquired, Crawler, LeaseState
from graph.model.music import ArtistId, ArtistLabel, Changes, Selection, TrackLabel


class CrawlStore(Protocol):
    """The part of a store that a crawl uses: the lease, rounds, results and planning.

    Only the crawler that holds the lease may write. Each of its writes therefore passes
    the lease's token. The transaction locks the lease, compares the token, renews the
    lease, and only then writes. If the token is no longer valid, the write raises
    `LeaseLostError` and changes nothing. The token 0 is valid until a crawler acquires
    the lease for the first time.
    """

    def crawl(self) -> Crawl | None:
        """Return the crawl that this store holds, or None if the store is new."""
        ...

    def lease(self) -> LeaseState:
        """Return the active crawler and the standbys, without locking anything."""
        ...

    def acquire(self, crawler: Crawler, *, at_once: bool = False) -> Acquired | None:
        """Acquire the lease; return None while another crawler holds a live one.

        Each acquisition has the next token. If the crawler holds the lease already, it
        gets the same token again.

        Args:
            crawler: The crawler that wants the lease.
            at_once: Take the lease from any holder. Only for callers that exclude
                other crawlers by other means, such as a file lock.
        """
        ...

    def renew(self, token: int) -> None:
        """Renew the lease.

        Raises:
            LeaseLostError: The token is no longer valid.
        """
        ...

    def release(self, token: int, reason: str) -> None:
        """Release the lease and store the reason; do nothing if it is already lost."""
        ...

    def register_standby(self, name: str) -> None:
        """Record that a crawler waits for the lease; standbys repeat this regularly."""
        ...

    def remove_standby(self, name: str) -> None:
        """Record that a crawler no longer waits for the lease."""
        ...

    def begin(
        self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime, token: int = 0
    ) -> None:
        """Write a new crawl, the seeds that its recipe names, and its first plan.

        An existing crawl is left unchanged.
        """
        ...

    def change_recipe(
        self, crawl: Crawl, added: AddedSeeds | None = None, *, token: int = 0
    ) -> None:
        """Replace the recipe and digest of the existing crawl by those of `crawl`.

        If the new recipe adds seeds, the same transaction writes them, counts them as
        one answer, and opens their round.
        """
        ...

    def record_seconds(self, seconds: float, *, token: int = 0) -> None:
        """Store the time spent crawling, over all runs; a smaller number is ignored."""
        ...

    def open_plan(self) -> Plan | None:
        """Return the unanswered work items of the open round, by position.

        Returns None if no round is open. A plan without items is a round that has all
        its answers and has not been closed.
        """
        ...

    def answered_items(self) -> int:
        """Return how many work items of the open round are answered."""
        ...

    def commit_plan(self, plan: Plan, *, token: int = 0) -> None:
        """Open a round. A crawler sends no request of a round before this commit."""
        ...

    def commit(
        self, answers: Sequence[WorkResult], *, at: datetime, token: int = 0
    ) -> None:
        """Write answers, mark their work items as answered, and count their requests.

        An answer whose work item is not open is skipped completely, so a commit whose
        outcome is unknown can be repeated. The time `at` is written as
        `<question>_at` of artists, and as `first_seen_at` and `last_seen_at` of edges.
        """
        ...

    def close_round(
        self,
        number: int,
        depths: Mapping[ArtistId, int],
        *,
        seconds: float,
        token: int = 0,
    ) -> None:
        """Close a round: write the changed depths, and add `seconds` to the crawl's time.

        Does nothing if the round with this number is not open.
        """
        ...

    def pause(
        self, service: str, seconds: float | None, *, token: int | None = None
    ) -> None:
        """Store that a service must not be requested for some time, by the server's clock.

        Args:
            service: The name of the service.
            seconds: How long from now; None removes the pause.
            token: The lease's token; None for commands other than `crawl`.
        """
        ...

    def pauses(self) -> Mapping[str, float]:
        """Return the seconds left of each stored pause, by the server's clock."""
        ...

    def snapshot(self) -> Snapshot:
        """Return all data that planning needs, in a fixed order.

        Artists are sorted by id, RELATED_TO edges by start and rank, and HAS_GENRE
        edges by artist, genre and source.
        """
        ...

    def genres(self) -> tuple[str, ...]:
        """Return the names of all genres, sorted."""
        ...

    def sync_classes(
        self,
        recipe: str,
        classes: Sequence[str],
        in_class: Iterable[tuple[str, str]],
        *,
        token: int | None = None,
    ) -> None:
        """Replace a recipe's Class nodes and IN_CLASS edges.

        Args:
            recipe: The name of the recipe.
            classes: The names of its classes; a node stores its place as `position`,
                from 1.
            in_class: (genre, class name) pairs.
            token: The lease's token; None for commands other than `crawl`.
        """
        ...


class Store(CrawlStore, Protocol):
    """A complete store: what a crawl uses, selections, queries, export and import."""

    @property
    def where(self) -> str:
        """The store's address as messages show it, without a password."""
        ...

    def about(self) -> Mapping[str, object]:
        """Return the database's engine, and the content of the version node.

        Keys: "engine", "schema" (a number), "made_by" (the version of genregraph that
        created the store) and "made_at".
        """
        ...

    def query(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Run a query in a read transaction; return its columns and rows.

        Raises:
            BadQueryError: The text is not Cypher, lacks a parameter, or writes.
        """
        ...

    def stream(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> AbstractContextManager[tuple[tuple[str, ...], Iterator[tuple[object, ...]]]]:
        """Like `query`, for long results: the rows are read one by one, inside the context.

        Raises:
            BadQueryError: See `query`; it may also be raised while the rows are read.
        """
        ...

    def replace_selection(
        self,
        selection: Selection,
        artists: Iterable[ArtistLabel],
        tracks: Iterable[TrackLabel],
    ) -> None:
        """Replace a recipe's CLASSIFIED_AS edges and its Selection node."""
        ...

    def selection(self, recipe: str) -> Selection | None:
        """Return the selection of a recipe, or None if there is none."""
        ...

    def stats(self) -> Mapping[str, int]:
        """Return the counts of nodes by label, then of relations by type, each sorted."""
        ...

    def items(self) -> Iterator[Mapping[str, object]]:
        """Yield every node, then every relation, in the format of APOC's JSON export.

        Nodes are sorted by label and key, relations by type, start, end and source.
        The ids are the nodes' keys. Work items and the lease are left out.
        """
        ...

    def load(self, items: Iterable[Mapping[str, object]]) -> int:
        """Write items that `items` yielded into this store; return their number.

        All items are checked before the first one is written. A file is read again for
        each pass instead of being held in memory.

        Raises:
            BadGraphFileError: An item is not a node or relation of the model, a relation
                names a node that does not exist, or there would be a second crawl.
        """
        ...
