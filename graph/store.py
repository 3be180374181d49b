"""What a store of the music graph promises.

Every write is one transaction and repeatable: it leaves the graph the same when it
is run twice. `BoltStore` is the one on a real database, and the tests have a reference in
memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from graph.model.crawl import AddedSeeds, Crawl, Plan, Snapshot, WorkResult
from graph.model.lease import Acquired, Crawler, LeaseState
from graph.model.music import ArtistId, ArtistLabel, Changes, Selection, TrackLabel


class CrawlStore(Protocol):
    """What the crawl needs of a store.

    Each write of a crawl shows the token of the lease. It locks the lease first, then
    compares, and renews it; where the token is not in force any more it raises
    `LeaseLostError`, and nothing of it is written. The token of a lease that nobody has
    acquired yet is 0.
    """

    def crawl(self) -> Crawl | None:
        """The crawl this store holds, or None in a new store."""
        ...

    def lease(self) -> LeaseState:
        """Who crawls and who stands by. Locks nothing."""
        ...

    def acquire(self, crawler: Crawler, *, at_once: bool = False) -> Acquired | None:
        """Take the lease; None while another crawler's is live.

        Each acquisition has the next token. With `at_once` it is taken from whoever
        holds it: the caller knows that nobody else can be crawling.
        """
        ...

    def renew(self, token: int) -> None:
        """Renew the lease.

        Raises:
            LeaseLostError: It is another crawler's.
        """
        ...

    def release(self, token: int, reason: str) -> None:
        """Give the lease back and say why; where it was lost nothing happens."""
        ...

    def register_standby(self, name: str) -> None:
        """A crawler waits for the lease; said again, it still does."""
        ...

    def remove_standby(self, name: str) -> None:
        """A crawler does not wait for the lease any more."""
        ...

    def begin(
        self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime, token: int = 0
    ) -> None:
        """Write a new crawl, its named seeds and its first plan, in one transaction."""
        ...

    def change_recipe(
        self, crawl: Crawl, added: AddedSeeds | None = None, *, token: int = 0
    ) -> None:
        """Write `crawl.recipe` and its digest over those of the crawl that is there.

        Seeds that the new recipe adds are written, counted as one answer, and their
        round opened in the same transaction.
        """
        ...

    def record_seconds(self, seconds: float, *, token: int = 0) -> None:
        """The crawl has taken so long, over all runs; a smaller number changes nothing."""
        ...

    def open_plan(self) -> Plan | None:
        """The work items of the open round that are not answered yet, by position.

        None when no round is open. A plan without items is a round whose answers are
        all in and that was not closed.
        """
        ...

    def answered_items(self) -> int:
        """How many work items of the open round are answered."""
        ...

    def commit_plan(self, plan: Plan, *, token: int = 0) -> None:
        """Open a round. Nothing of it may be requested before."""
        ...

    def commit(
        self, answers: Sequence[WorkResult], *, at: datetime, token: int = 0
    ) -> None:
        """Write answers, mark their work items as answered and count their requests.

        One transaction. Items that are not open any more are left alone with all that
        their answers hold, so that a commit whose outcome is unknown can be repeated.
        Times of answers become `<question>_at` of the artist, times of edges
        `first_seen_at` and `last_seen_at`.
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
        """Write the depths that changed, add `seconds`, and close the round, once."""
        ...

    def pause(
        self, service: str, seconds: float | None, *, token: int | None = None
    ) -> None:
        """Keep (or, with None, forget) that a service must not be asked for so long.

        The time is the server's. Without a token it is not the crawl that pauses.
        """
        ...

    def pauses(self) -> Mapping[str, float]:
        """Seconds left, by the server's time, of the pauses that are kept."""
        ...

    def snapshot(self) -> Snapshot:
        """All that planning needs, in a fixed order (artists by id, edges by start and rank)."""
        ...

    def genres(self) -> tuple[str, ...]:
        """The names of all genres, sorted."""
        ...

    def sync_classes(
        self,
        recipe: str,
        classes: Sequence[str],
        in_class: Iterable[tuple[str, str]],
        *,
        token: int | None = None,
    ) -> None:
        """Make a recipe's Class nodes and IN_CLASS edges exactly these, in one transaction.

        A Class keeps its place in `classes` as `position`, from 1. Without a token it is
        not the crawl that does so.
        """
        ...


class Store(CrawlStore, Protocol):
    """A whole store: the crawl's needs, selection, questions, and moving graphs."""

    @property
    def where(self) -> str:
        """The store's address in words for people, without any secret."""
        ...

    def about(self) -> Mapping[str, object]:
        """The engine that answers, and what the version node holds.

        Names: "engine", "schema" (its number), "made_by" (our version then), "made_at".
        """
        ...

    def query(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Run a read in a read transaction: its columns and rows.

        Raises:
            BadQueryError: The text is no Cypher, lacks a parameter, or writes.
        """
        ...

    def stream(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> AbstractContextManager[tuple[tuple[str, ...], Iterator[tuple[object, ...]]]]:
        """Like `query`, for many rows: they come as they are read, inside the context.

        Raises:
            BadQueryError: As `query`; of a long answer also while its rows are read.
        """
        ...

    def replace_selection(
        self,
        selection: Selection,
        artists: Iterable[ArtistLabel],
        tracks: Iterable[TrackLabel],
    ) -> None:
        """Replace a recipe's CLASSIFIED_AS edges and its Selection node in one step."""
        ...

    def selection(self, recipe: str) -> Selection | None:
        """What was selected for a recipe, or None."""
        ...

    def stats(self) -> Mapping[str, int]:
        """Counts of nodes by label and relations by type, names sorted."""
        ...

    def items(self) -> Iterator[Mapping[str, object]]:
        """Every node, then every relation, in the shape of APOC's JSON export, sorted.

        Nodes are sorted by label and key, relations by type, both ends and source;
        ids in it are the nodes' keys. Work items and the lease are left out.
        """
        ...

    def load(self, items: Iterable[Mapping[str, object]]) -> int:
        """Write what `items` gave into this store: how many they are.

        Nothing is written when one of them is bad. Those of a file are read as they
        are written, so that none is kept.

        Raises:
            BadGraphFileError: An item that is no node or relation of the model, a
                relation with an end that is nowhere, or a second crawl.
        """
        ...
